// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.SerialNumber;
import perennial.core.renewal.RenewalEvent;
import perennial.core.renewal.RenewalKind;

/// An event as the register's columns hold it; the columns that its type does not use are null.
record EventRow(
        String type,
        byte @Nullable [] certificate,
        @Nullable String serialNumber,
        @Nullable String failInfo,
        @Nullable String explanation) {

    static EventRow of(RenewalEvent event) {
        return switch (event) {
            case RenewalEvent.Requested _ -> new EventRow("REQUESTED", null, null, null, null);
            case RenewalEvent.Approved _ -> new EventRow("APPROVED", null, null, null, null);
            case RenewalEvent.Issued(Certificate fresh, _) ->
                    new EventRow("ISSUED", fresh.der(), null, null, null);
            case RenewalEvent.Confirmed(SerialNumber serial, _) ->
                    new EventRow("CONFIRMED", null, serial.hex(), null, null);
            case RenewalEvent.Rejected(FailInfo reason, String text, _) ->
                    new EventRow("REJECTED", null, null, reason.name(), text);
            case RenewalEvent.KeyGenerated _, RenewalEvent.Installed _, RenewalEvent.Retired _ ->
                    throw new IllegalArgumentException(
                            "an authority does not see what happens on the card");
        };
    }

    static EventRow of(Sql.Row row) throws SQLException {
        return new EventRow(
                row.text("type"),
                row.has("certificate") ? row.octets("certificate") : null,
                row.has("serial_number") ? row.text("serial_number") : null,
                row.has("fail_info") ? row.text("fail_info") : null,
                row.has("explanation") ? row.text("explanation") : null);
    }

    RenewalEvent event(RenewalKind kind, Certificate old, Instant at) {
        return switch (type) {
            case "REQUESTED" -> new RenewalEvent.Requested(kind, old, at);
            case "APPROVED" -> new RenewalEvent.Approved(at);
            case "ISSUED" -> new RenewalEvent.Issued(Certificate.ofDer(present(certificate)), at);
            case "CONFIRMED" ->
                    new RenewalEvent.Confirmed(SerialNumber.ofHex(present(serialNumber)), at);
            case "REJECTED" ->
                    new RenewalEvent.Rejected(
                            FailInfo.valueOf(present(failInfo)), present(explanation), at);
            default -> throw new IllegalStateException("no event of type " + type);
        };
    }

    private <T> T present(@Nullable T column) {
        if (column == null) {
            throw new IllegalStateException("event %s lacks a column".formatted(type));
        }
        return column;
    }
}
