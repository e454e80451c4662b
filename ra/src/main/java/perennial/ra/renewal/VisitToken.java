// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/// What a browser shows to see its visit again: 128 random bits, 32 hexadecimal digits. The
/// register keeps only its hash.
public final class VisitToken {
    private static final int OCTETS = 16;

    private final String text;

    private VisitToken(String text) {
        this.text = text;
    }

    static VisitToken random(SecureRandom random) {
        byte[] octets = new byte[OCTETS];
        random.nextBytes(octets);
        return new VisitToken(HexFormat.of().formatHex(octets));
    }

    /// Reads what [#text] writes; empty for anything else.
    public static Optional<VisitToken> parse(String text) {
        return text.matches("[0-9a-f]{32}") ? Optional.of(new VisitToken(text)) : Optional.empty();
    }

    /// For the browser's cookie only.
    public String text() {
        return text;
    }

    /// SHA-256 of the text.
    byte[] hash() {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "VisitToken[****]";
    }
}
