// SPDX-License-Identifier: Apache-2.0
package perennial.ca.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Appends signed records. What was not written whole is cut off by the next attempt, so a failed
/// one leaves nothing. Belongs to one thread.
final class LogWriter {
    /// Longer values are cut: a record must stay readable.
    private static final int MAX_CHARACTERS = 4096;

    private final LogFolder folder;
    private final AuditKey key;
    private final LogFile.Opener opener;
    private final long rotateAt;
    private AuditHead head;
    private long first;
    private long position;
    private @Nullable LogFile file;

    LogWriter(LogFolder folder, AuditKey key, LogEnd end, LogFile.Opener opener, long rotateAt) {
        this.folder = folder;
        this.key = key;
        this.head = end.head();
        this.first = end.first();
        this.position = end.whole();
        this.opener = opener;
        this.rotateAt = rotateAt;
    }

    /// An event and when it happened.
    record Draft(AuditEvent event, Instant time) {}

    AuditHead head() {
        return head;
    }

    /// Comes back when all of them are on the disk.
    ///
    /// @throws IOException then none of them counts
    void append(List<Draft> drafts, long anchored) throws IOException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream(1024 * drafts.size());
        AuditHead end = head;
        for (Draft draft : drafts) {
            AuditRecord record =
                    new AuditRecord(
                            end.sequence() + 1,
                            draft.time(),
                            end.node(),
                            anchored,
                            end.hash(),
                            draft.event().code(),
                            cut(draft.event().fields()));
            byte[] line = record.line(key);
            octets.writeBytes(line);
            octets.write('\n');
            end =
                    new AuditHead(
                            end.node(), end.key(), record.sequence(), AuditPublicKey.sha256(line));
        }
        try {
            opened().write(position, octets.toByteArray());
        } catch (IOException e) {
            close();
            throw e;
        }
        position += octets.size();
        head = end;
    }

    private LogFile opened() throws IOException {
        if (first == 0 || position >= rotateAt) {
            close();
            long next = head.sequence() + 1;
            file = opener.open(folder.file(head.node(), next), true);
            first = next;
            position = 0;
        } else if (file == null) {
            file = opener.open(folder.file(head.node(), first), false);
        }
        return file;
    }

    /// The next attempt opens it again: a disk may have come back under the same name.
    void close() {
        LogFile open = file;
        file = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                System.getLogger(LogWriter.class.getName())
                        .log(System.Logger.Level.DEBUG, "a file of the log does not close", e);
            }
        }
    }

    private static SequencedMap<String, String> cut(SequencedMap<String, String> fields) {
        SequencedMap<String, String> cut = new LinkedHashMap<>(fields);
        cut.replaceAll((_, value) ->
                value.length() > MAX_CHARACTERS ? value.substring(0, MAX_CHARACTERS) + "…" : value);
        return cut;
    }
}
