// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.ca.CaException;
import perennial.core.advice.Problem;
import perennial.core.crypto.KeyKind;

class BlockedKeysTest {
    private static final String LINT = "key is on no list of blocked keys";

    @TempDir Path folder;

    @Test
    void r7_a_key_whose_digest_is_on_a_list_is_refused_and_the_list_is_named() throws Exception {
        PublicKey blocked = Keys.good(KeyKind.P_256);
        write("stolen.txt", "# published on 2026-11-25\n\n" + spki(blocked) + "\n");

        KeyCheck check = new KeyCheck(BlockedKeys.read(folder));

        assertEquals(List.of(LINT), KeyCheckTest.names(check.findings(blocked)));
        assertTrue(check.findings(blocked).getFirst().text().contains("stolen.txt"));
        assertEquals(List.of(), check.findings(Keys.good(KeyKind.P_256)));
    }

    /// As its manual says it is made: `openssl rsa -noout -modulus | sha1sum`, the last 20 digits.
    @Test
    void r7_a_key_on_a_list_of_debians_openssl_blacklist_is_refused() throws Exception {
        PublicKey blocked = Keys.good(KeyKind.RSA_2048);
        byte[] printed = openssl(blocked);
        assertTrue(new String(printed, StandardCharsets.US_ASCII).startsWith("Modulus="));
        String digest = HexFormat.of().formatHex(digest("SHA-1", printed)).substring(20);
        write("blacklist.RSA-2048", digest + "\n");

        KeyCheck check = new KeyCheck(BlockedKeys.read(folder));

        assertEquals(List.of(LINT), KeyCheckTest.names(check.findings(blocked)));
        assertEquals(List.of(), check.findings(Keys.good(KeyKind.RSA_2048)));
    }

    @Test
    void each_of_many_is_found_and_none_beside_them() throws Exception {
        Random random = new Random(1);
        List<PublicKey> keys = new ArrayList<>();
        StringBuilder list = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            PublicKey key = Keys.good(KeyKind.P_256);
            keys.add(key);
            list.append(spki(key)).append('\n');
            for (int n = 0; n < 500; n++) {
                byte[] octets = new byte[n % 2 == 0 ? 32 : 10];
                random.nextBytes(octets);
                list.append(HexFormat.of().formatHex(octets)).append('\n');
            }
        }
        write("many", list.toString());

        BlockedKeys blocked = BlockedKeys.read(folder);

        assertEquals(20 * 501, blocked.size());
        for (PublicKey key : keys) {
            assertEquals("many", blocked.listWith(SubjectKey.of(key)).orElse(""));
            assertTrue(blocked.listWith(SubjectKey.of(Keys.good(KeyKind.P_256))).isEmpty());
        }
    }

    @Test
    void a_line_of_another_form_stops_the_start_and_is_named() throws IOException {
        write("list", "# one\n" + "0".repeat(64) + "\n" + "0".repeat(40) + "\n");

        CaException refused = assertThrows(CaException.class, () -> BlockedKeys.read(folder));

        assertEquals(Problem.CONFIGURATION_INVALID, refused.problem());
        assertTrue(String.valueOf(refused.getMessage()).contains("list line 3"));
    }

    @Test
    void a_folder_that_is_not_there_stops_the_start() {
        assertEquals(
                Problem.FILE_NOT_USABLE,
                assertThrows(CaException.class, () -> BlockedKeys.read(folder.resolve("none")))
                        .problem());
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private static String spki(PublicKey key) throws GeneralSecurityException {
        return HexFormat.of().formatHex(digest("SHA-256", key.getEncoded()));
    }

    private static byte[] digest(String algorithm, byte[] octets) throws GeneralSecurityException {
        return MessageDigest.getInstance(algorithm).digest(octets);
    }

    private static byte[] openssl(PublicKey key) throws IOException, InterruptedException {
        Process openssl =
                new ProcessBuilder("openssl", "rsa", "-pubin", "-noout", "-modulus")
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (var in = openssl.getOutputStream()) {
            in.write(
                    ("-----BEGIN PUBLIC KEY-----\n"
                                    + Base64.getMimeEncoder().encodeToString(key.getEncoded())
                                    + "\n-----END PUBLIC KEY-----\n")
                            .getBytes(StandardCharsets.US_ASCII));
        }
        byte[] printed = openssl.getInputStream().readAllBytes();
        assertEquals(0, openssl.waitFor());
        return printed;
    }
}
