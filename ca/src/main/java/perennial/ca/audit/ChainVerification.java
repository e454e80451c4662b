// SPDX-License-Identifier: Apache-2.0
package perennial.ca.audit;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import perennial.ca.audit.AuditFinding.Kind;

/// Reads one node's records from the first to the last and compares each with the one before.
final class ChainVerification {
    /// Threads take the time before they stand in line, and overtake each other on the way.
    private static final Duration OVERTAKING = Duration.ofMinutes(1);

    private final String node;
    private final AuditPublicKey key;
    private final Optional<AuditHead> known;
    private final Consumer<AuditFinding> findings;
    private final Consumer<AuditRecord> reader;
    private byte[] previous = new byte[32];
    private Instant time = Instant.MIN;
    private long sequence;
    private long anchored;
    private long records;
    private boolean started;

    /// @param known the node's head in the database
    /// @param reader is given each record that verifies
    ChainVerification(
            AuditHead node,
            Optional<AuditHead> known,
            Consumer<AuditFinding> findings,
            Consumer<AuditRecord> reader) {
        this.node = node.node();
        this.key = node.key();
        this.known = known;
        this.findings = findings;
        this.reader = reader;
    }

    /// @param fromTheFirst whether the first record must be number 1
    AuditReport.Chain verify(List<LogFolder.Segment> segments, boolean fromTheFirst)
            throws IOException {
        for (int i = 0; i < segments.size(); i++) {
            try (LogLines lines = new LogLines(segments.get(i).file())) {
                read(lines, fromTheFirst);
                if (lines.torn() > 0) {
                    boolean last = i == segments.size() - 1;
                    found(last ? Kind.TORN_END : Kind.NOT_A_RECORD, sequence, lines.torn() + " B");
                }
            } catch (AuditRecord.FormatException e) {
                found(Kind.NOT_A_RECORD, sequence + 1, String.valueOf(e.getMessage()));
            }
        }
        compareEnd();
        return new AuditReport.Chain(records, new AuditHead(node, key, sequence, previous));
    }

    private void read(LogLines lines, boolean fromTheFirst) throws IOException {
        for (var line = lines.next(); line.isPresent(); line = lines.next()) {
            try {
                check(line.get(), AuditRecord.read(line.get()), fromTheFirst);
            } catch (AuditRecord.FormatException e) {
                found(Kind.NOT_A_RECORD, sequence + 1, String.valueOf(e.getMessage()));
            }
        }
    }

    private void check(byte[] line, AuditRecord.Read read, boolean fromTheFirst) {
        AuditRecord record = read.record();
        byte[] hash = AuditPublicKey.sha256(line);
        if (!record.node().equals(node) || !key.verifies(read.signed(), read.signature())) {
            found(Kind.SIGNATURE_WRONG, record.sequence(), "");
        } else {
            reader.accept(record);
            tell(record);
        }
        if (!started && fromTheFirst && record.sequence() != 1) {
            found(Kind.BEGINNING_MISSING, record.sequence(), "");
        }
        if (started && record.sequence() != sequence + 1) {
            found(
                    Kind.RECORDS_MISSING,
                    record.sequence(),
                    "%d → %d".formatted(sequence, record.sequence()));
        } else if ((started || record.sequence() == 1)
                && !Arrays.equals(record.previous(), previous)) {
            found(Kind.CHAIN_BROKEN, record.sequence(), "");
        }
        if (started && record.time().isBefore(time.minus(OVERTAKING))) {
            found(Kind.CLOCK_BACK, record.sequence(), "%s → %s".formatted(time, record.time()));
        }
        if (known.isPresent()
                && known.get().sequence() == record.sequence()
                && !Arrays.equals(known.get().hash(), hash)) {
            found(
                    Kind.HEAD_DIFFERS,
                    record.sequence(),
                    HexFormat.of().formatHex(known.get().hash()));
        }
        started = true;
        records++;
        sequence = record.sequence();
        anchored = record.anchored();
        previous = hash;
        time = record.time();
    }

    private void tell(AuditRecord record) {
        Optional<Kind> kind =
                switch (record.event()) {
                    case "log.recovered" -> Optional.of(Kind.RECOVERED);
                    case "log.lost" -> Optional.of(Kind.EVENTS_LOST);
                    case "log.accepted" -> Optional.of(Kind.ACCEPTED);
                    case "database.restored" -> Optional.of(Kind.RESTORED);
                    default -> Optional.empty();
                };
        kind.ifPresent(k -> found(k, record.sequence(), record.time() + " " + record.fields()));
    }

    private void compareEnd() {
        long inDatabase = known.map(AuditHead::sequence).orElse(Long.MAX_VALUE);
        if (known.isPresent() && inDatabase > sequence) {
            found(Kind.END_MISSING, sequence, "%d → %d".formatted(sequence, inDatabase));
        }
        if (known.isPresent() && anchored > inDatabase) {
            found(Kind.DATABASE_OLDER, inDatabase, "%d → %d".formatted(inDatabase, anchored));
        }
    }

    private void found(Kind kind, long at, String detail) {
        findings.accept(new AuditFinding(kind, node, at, detail));
    }
}
