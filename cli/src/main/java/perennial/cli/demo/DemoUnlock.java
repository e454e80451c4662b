// SPDX-License-Identifier: Apache-2.0
package perennial.cli.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import javax.sql.DataSource;
import perennial.cli.Failure;
import perennial.cli.OwnerOnlyFile;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;
import perennial.protocol.cmp.Credential;
import perennial.ra.unlock.UnlockDesk;
import perennial.ra.unlock.UnlockKey;

/// The demo's desk for unlocking, with the demo's card on it.
///
/// @param userCode a fresh one with every start, to be shown: it protects nothing
record DemoUnlock(UnlockDesk desk, String userCode) {
    private static final int PER_MINUTE = 30;

    /// @throws Failure FILE_NOT_USABLE when the key beside the database cannot be kept
    static DemoUnlock open(
            DemoHome home,
            DataSource database,
            Credential credential,
            CardNumber card,
            Clock clock,
            SecureRandom random) {
        UnlockDesk desk =
                new UnlockDesk(database, key(home, random), credential, PER_MINUTE, clock, random);
        char[] puk = DemoCard.puk();
        String code = new String(desk.register(card, puk));
        Arrays.fill(puk, '\0');
        return new DemoUnlock(desk, code);
    }

    /// The file's 24 random octets in Base64 are 32 octets, as many as the key has.
    private static UnlockKey key(DemoHome home, SecureRandom random) {
        Path file = home.folder().resolve("unlock-key");
        try {
            return UnlockKey.of(
                    OwnerOnlyFile.secret(file, random).getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new Failure(Problem.FILE_NOT_USABLE, file + ": " + e.getMessage(), e);
        }
    }
}
