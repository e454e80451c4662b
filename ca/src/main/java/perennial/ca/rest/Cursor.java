// SPDX-License-Identifier: Apache-2.0
package perennial.ca.rest;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import perennial.core.certificate.SerialNumber;

/// Where a page ended; a client hands it back as it is.
record Cursor(Instant notAfter, int partition, SerialNumber serialNumber) {
    static Cursor of(String text) {
        try {
            String[] parts =
                    new String(Base64.getUrlDecoder().decode(text), StandardCharsets.ISO_8859_1)
                            .split(" ", -1);
            if (parts.length == 3) {
                return new Cursor(
                        Instant.parse(parts[0]),
                        Short.parseShort(parts[1]),
                        new SerialNumber(new BigInteger(1, HexFormat.of().parseHex(parts[2]))));
            }
        } catch (DateTimeException | IllegalArgumentException e) {
            throw RestProblem.invalid("after is what next was, unchanged");
        }
        throw RestProblem.invalid("after is what next was, unchanged");
    }

    String text() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(
                        "%s %d %s"
                                .formatted(notAfter, partition, serialNumber.hex())
                                .getBytes(StandardCharsets.ISO_8859_1));
    }
}
