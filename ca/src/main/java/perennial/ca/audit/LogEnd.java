// SPDX-License-Identifier: Apache-2.0
package perennial.ca.audit;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import perennial.ca.CaException;
import perennial.core.advice.Problem;

/// Where a node's log ends, and whether it is fit to be continued. Only the newest file is read,
/// and older ones as far as the database's head is in them; [AuditVerification] reads all.
///
/// @param head the last record
/// @param anchored how far the database knows it
/// @param first of the newest file; 0 when there is none
/// @param whole octets of whole records in the newest file
/// @param torn octets behind them, of a record that a crash cut off
/// @param damage why it must not be continued without an operator's word
record LogEnd(
        AuditHead head, long anchored, long first, long whole, long torn, Optional<String> damage) {
    private static final byte[] NOTHING = new byte[32];

    static LogEnd of(LogFolder folder, String node, AuditPublicKey key, AuditHeads heads) {
        Optional<AuditHead> known =
                heads.all().stream().filter(head -> head.node().equals(node)).findFirst();
        if (known.isPresent() && !known.get().key().equals(key)) {
            throw new CaException(
                    Problem.CONFIGURATION_INVALID,
                    "the database knows node %s by another audit key".formatted(node));
        }
        try {
            LogEnd end = read(folder, node, key);
            return end.damage().isPresent() ? end : end.compared(known, folder);
        } catch (IOException e) {
            throw new CaException(
                    Problem.AUDIT_NOT_WRITABLE, "the records cannot be read: " + e.getMessage(), e);
        }
    }

    private static LogEnd read(LogFolder folder, String node, AuditPublicKey key)
            throws IOException {
        AuditHead nothing = new AuditHead(node, key, 0, NOTHING);
        List<LogFolder.Segment> segments = folder.segments(node);
        for (LogFolder.Segment segment : segments.reversed()) {
            LogEnd end = read(segment, nothing);
            // A file that was made and never written to says nothing.
            if (end.head().sequence() > 0 || end.damage().isPresent()) {
                return end;
            }
        }
        return new LogEnd(nothing, 0, 0, 0, 0, Optional.empty());
    }

    private static LogEnd read(LogFolder.Segment segment, AuditHead nothing) throws IOException {
        AuditHead head = nothing;
        long anchored = 0;
        AuditRecord.@Nullable Read last = null;
        try (LogLines lines = new LogLines(segment.file())) {
            String damage = "";
            try {
                for (var line = lines.next(); line.isPresent(); line = lines.next()) {
                    last = AuditRecord.read(line.get());
                    long expected = head.sequence() == 0 ? segment.first() : head.sequence() + 1;
                    if (last.record().sequence() != expected
                            || (head.sequence() > 0
                                    && !Arrays.equals(last.record().previous(), head.hash()))) {
                        damage = "the chain breaks before record " + last.record().sequence();
                    }
                    head =
                            new AuditHead(
                                    nothing.node(),
                                    nothing.key(),
                                    last.record().sequence(),
                                    AuditPublicKey.sha256(line.get()));
                    anchored = last.record().anchored();
                }
            } catch (AuditRecord.FormatException e) {
                damage = "what follows record %d is no record".formatted(head.sequence());
            }
            if (last != null && !nothing.key().verifies(last.signed(), last.signature())) {
                damage = "record %d is not signed by this node".formatted(head.sequence());
            }
            return new LogEnd(
                    head,
                    anchored,
                    segment.first(),
                    lines.whole(),
                    lines.torn(),
                    damage.isEmpty() ? Optional.empty() : Optional.of(damage));
        }
    }

    private LogEnd compared(Optional<AuditHead> known, LogFolder folder) throws IOException {
        long inDatabase = known.map(AuditHead::sequence).orElse(0L);
        if (inDatabase > head.sequence()) {
            return damaged(
                    "the records end with %d, the database has seen %d"
                            .formatted(head.sequence(), inDatabase));
        }
        if (anchored > inDatabase) {
            return damaged(
                    "the database is older than the records: it has seen %d, and had seen %d"
                            .formatted(inDatabase, anchored));
        }
        if (known.isPresent()
                && !Arrays.equals(known.get().hash(), hashOf(inDatabase, folder).orElse(NOTHING))) {
            return damaged("record %d is not the one the database saw".formatted(inDatabase));
        }
        return new LogEnd(head, inDatabase, first, whole, torn, damage);
    }

    private LogEnd damaged(String why) {
        return new LogEnd(head, anchored, first, whole, torn, Optional.of(why));
    }

    private Optional<byte[]> hashOf(long sequence, LogFolder folder) throws IOException {
        if (sequence == head.sequence()) {
            return Optional.of(head.hash());
        }
        for (LogFolder.Segment segment : folder.segments(head.node()).reversed()) {
            if (segment.first() <= sequence) {
                return hashIn(segment, sequence);
            }
        }
        return Optional.empty();
    }

    private static Optional<byte[]> hashIn(LogFolder.Segment segment, long sequence)
            throws IOException {
        try (LogLines lines = new LogLines(segment.file())) {
            Optional<byte[]> line = lines.next();
            for (long at = segment.first(); at < sequence && line.isPresent(); at++) {
                line = lines.next();
            }
            return line.map(AuditPublicKey::sha256);
        }
    }
}
