// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.unlock;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import perennial.core.certificate.CardNumber;

/// The code (用戶代碼) with which a holder proves to the authority who asks. The code itself never
/// travels, and the authority keeps only what is derived from it.
public final class UserCode {
    /// Without the letters that are mistaken for digits.
    private static final String ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ";

    private static final int LENGTH = 12;
    private static final int MAX_LENGTH = 32;
    private static final int ITERATIONS = 310_000;
    private static final int OCTETS = 32;
    private static final String LABEL = "perennial unlock code 1 ";

    private UserCode() {}

    /// A fresh code of twelve letters and digits, 58 bits; the caller wipes it.
    public static char[] random(SecureRandom random) {
        char[] code = new char[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            code[i] = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
        }
        return code;
    }

    /// What proves the code: PBKDF2 with HMAC-SHA256 (RFC 8018 5.2), 310 000 rounds, salted with
    /// the card's number. 32 octets; the caller wipes them.
    ///
    /// @param code in either case, with or without spaces and hyphens; stays the caller's to wipe
    /// @throws IllegalArgumentException unless 1 to 32 letters and digits are left
    public static byte[] verifier(char[] code, CardNumber card) {
        char[] plain = plain(code);
        PBEKeySpec spec =
                new PBEKeySpec(
                        plain,
                        (LABEL + card.value()).getBytes(StandardCharsets.US_ASCII),
                        ITERATIONS,
                        OCTETS * 8);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has PBKDF2", e);
        } finally {
            spec.clearPassword();
            Arrays.fill(plain, '\0');
        }
    }

    private static char[] plain(char[] code) {
        char[] plain = new char[MAX_LENGTH];
        int length = 0;
        boolean good = true;
        for (char c : code) {
            if (c == '-' || c == ' ') {
                continue;
            }
            char upper = c >= 'a' && c <= 'z' ? (char) (c - 'a' + 'A') : c;
            good &= (upper >= '0' && upper <= '9') || (upper >= 'A' && upper <= 'Z');
            if (length < MAX_LENGTH) {
                plain[length] = upper;
            }
            length++;
        }
        char[] exact = Arrays.copyOf(plain, Math.min(length, MAX_LENGTH));
        Arrays.fill(plain, '\0');
        if (!good || length < 1 || length > MAX_LENGTH) {
            Arrays.fill(exact, '\0');
            throw new IllegalArgumentException("a user code has 1 to 32 letters and digits");
        }
        return exact;
    }

    /// Both parts behind one another.
    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
