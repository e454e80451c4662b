// SPDX-License-Identifier: Apache-2.0
package perennial.cli.sweep;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.function.Supplier;
import perennial.cli.sweep.SweepCase.RenewalMode;
import perennial.cli.sweep.SweepCase.TokenKind;

/// Makes new holders' tokens of one kind. Safe for use by many threads.
interface Tokens extends AutoCloseable {
    /// @param places where cards are put
    static Tokens of(
            TokenKind kind,
            SweepAuthority authority,
            Path folder,
            Supplier<CardPlace> places,
            Victims victims,
            SecureRandom random) {
        return switch (kind) {
            case PIV -> new PivTokens(authority, folder, places, victims, random);
            case PKCS11 -> new SoftHsmTokens(authority, folder, victims, random);
        };
    }

    SweptToken make(RenewalMode mode, Breaker breaker);

    /// Runs a renewal of the token in a process of its own and kills that when it has written its
    /// n-th fact.
    ///
    /// @return whether it came so far
    boolean kill(SweptToken token, RenewalMode mode, int fact, Path home);

    @Override
    void close();
}
