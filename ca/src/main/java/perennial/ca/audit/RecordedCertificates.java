// SPDX-License-Identifier: Apache-2.0
package perennial.ca.audit;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import perennial.ca.audit.AuditFinding.Kind;
import perennial.ca.store.AuditedRows;
import perennial.core.certificate.RevocationReason;

/// What the records of all nodes say about certificates, to be compared with the database. Takes
/// memory for each certificate.
final class RecordedCertificates {
    private final Set<String> signing = new HashSet<>();
    private final Map<String, String> stored = new HashMap<>();
    private final Map<String, Change> changes = new HashMap<>();
    private Instant last = Instant.MIN;

    private record Change(Instant time, boolean revoked, String node, long sequence) {}

    void read(AuditRecord record) {
        last = record.time().isAfter(last) ? record.time() : last;
        String serial = record.fields().getOrDefault("serial", "");
        switch (record.event()) {
            case "certificate.signing" -> signing.add(serial);
            case "certificate.stored" ->
                    stored.put(serial, record.fields().getOrDefault("certificate", ""));
            case "revocation.done" -> {
                if (Boolean.parseBoolean(record.fields().get("changed"))) {
                    change(serial, record);
                }
            }
            default -> {
                // Says nothing about a certificate.
            }
        }
    }

    private void change(String serial, AuditRecord record) {
        Change change =
                new Change(
                        record.time(),
                        !RevocationReason.REMOVE_FROM_CRL
                                .name()
                                .equals(record.fields().get("reason")),
                        record.node(),
                        record.sequence());
        changes.merge(serial, change, (a, b) -> b.time().isBefore(a.time()) ? a : b);
    }

    /// Rows that are younger than the last record were written while the records were read.
    void compare(AuditedRows rows, Consumer<AuditFinding> findings) {
        Map<String, String> missing = new HashMap<>(stored);
        Map<String, Change> undone = new HashMap<>(changes);
        rows.forEach(row -> {
            String serial = row.serialNumber().toString();
            String digest = row.digest().map(HexFormat.of()::formatHex).orElse("");
            boolean young = row.issuedAt().filter(at -> at.isAfter(last)).isPresent();
            if (row.digest().isPresent() && !signing.contains(serial) && !young) {
                findings.accept(new AuditFinding(Kind.CERTIFICATE_UNRECORDED, "", 0, serial));
            }
            if (digest.equals(missing.get(serial))) {
                missing.remove(serial);
            }
            Optional<Change> change = Optional.ofNullable(undone.get(serial));
            if (change.isPresent() && change.get().revoked() == row.revokedAt().isPresent()) {
                undone.remove(serial);
            }
            if (change.isEmpty() && row.revokedAt().filter(at -> !at.isAfter(last)).isPresent()) {
                findings.accept(new AuditFinding(Kind.REVOCATION_UNRECORDED, "", 0, serial));
            }
        });
        missing.keySet().stream()
                .sorted()
                .forEach(serial ->
                        findings.accept(new AuditFinding(Kind.CERTIFICATE_LOST, "", 0, serial)));
        undone.forEach((serial, change) ->
                findings.accept(
                        new AuditFinding(
                                Kind.REVOCATION_LOST, change.node(), change.sequence(), serial)));
    }
}
