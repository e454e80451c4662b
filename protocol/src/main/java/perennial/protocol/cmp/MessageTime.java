// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.DERGeneralizedTime;

/// The header's messageTime: GeneralizedTime in DER, UTC (RFC 9483 3.1).
final class MessageTime {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmss[.SSS][.SS][.S]'Z'");

    private MessageTime() {}

    static DERGeneralizedTime of(Instant instant) {
        return new DERGeneralizedTime(
                DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'")
                        .format(instant.atOffset(ZoneOffset.UTC)));
    }

    /// @throws java.time.format.DateTimeParseException when it is not in DER
    static Instant read(ASN1GeneralizedTime time) {
        return LocalDateTime.parse(time.getTimeString(), FORMAT).toInstant(ZoneOffset.UTC);
    }
}
