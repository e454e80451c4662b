// SPDX-License-Identifier: Apache-2.0
package perennial.agent.hipki;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import perennial.core.certificate.Certificate;

/// What certificates of the government's authorities say about their holder in
/// subjectDirectoryAttributes (RFC 5280 4.2.1.8), as far as pages show it.
final class DirectoryAttributes {
    private static final String EXTENSION = "2.5.29.9";

    /// 2.16.886.1.100.2, encoded up to its last arc.
    private static final byte[] ARC = HexFormat.of().parseHex("0607608676016402");

    /// The last four characters of a person's number.
    private static final int PERSON = 51;

    /// An organisation's number.
    private static final int ORGANISATION = 101;

    private static final int RANK = 2;
    private static final int SET = 0x31;

    private final byte[] extension;

    DirectoryAttributes(Certificate certificate) {
        this.extension =
                Optional.ofNullable(certificate.x509().getExtensionValue(EXTENSION))
                        .orElse(new byte[0]);
    }

    Optional<String> subjectId() {
        return value(PERSON).or(() -> value(ORGANISATION));
    }

    /// `primary` or `secondary`.
    Optional<String> holderRank() {
        return value(RANK);
    }

    /// The text behind the attribute's type: SET, one value, its octets. What is not so is left
    /// out; nothing is decided by it.
    private Optional<String> value(int lastArc) {
        byte[] type = Arrays.copyOf(ARC, ARC.length + 1);
        type[ARC.length] = (byte) lastArc;
        for (int at = 0; at + type.length + 4 <= extension.length; at++) {
            int set = at + type.length;
            if (Arrays.equals(extension, at, set, type, 0, type.length)
                    && extension[set] == SET
                    && extension[set + 1] == extension[set + 3] + 2
                    && extension[set + 3] > 0
                    && set + 4 + extension[set + 3] <= extension.length) {
                return Optional.of(
                        new String(extension, set + 4, extension[set + 3], StandardCharsets.UTF_8));
            }
        }
        return Optional.empty();
    }
}
