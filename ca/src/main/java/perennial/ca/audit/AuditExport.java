// SPDX-License-Identifier: Apache-2.0
package perennial.ca.audit;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import perennial.ca.CaException;
import perennial.core.advice.Problem;

/// Copies records of a time out of the logs, line by line as they are: signatures stay valid.
public final class AuditExport {
    private final LogFolder folder;

    public AuditExport(Path folder) {
        this.folder = new LogFolder(folder);
    }

    /// Writes the records from the first time on and before the second, node by node.
    ///
    /// @return how many
    /// @throws CaException FILE_NOT_USABLE
    public long write(Instant from, Instant to, OutputStream out) {
        long count = 0;
        try {
            for (String node : folder.nodes()) {
                for (LogFolder.Segment segment : folder.segments(node)) {
                    count += write(segment.file(), from, to, out);
                }
            }
            out.flush();
        } catch (IOException | AuditRecord.FormatException e) {
            throw new CaException(
                    Problem.FILE_NOT_USABLE, "the records cannot be copied: " + e.getMessage(), e);
        }
        return count;
    }

    private static long write(Path file, Instant from, Instant to, OutputStream out)
            throws IOException {
        long count = 0;
        try (LogLines lines = new LogLines(file)) {
            for (var line = lines.next(); line.isPresent(); line = lines.next()) {
                Instant time = AuditRecord.read(line.get()).record().time();
                if (!time.isBefore(from) && time.isBefore(to)) {
                    out.write(line.get());
                    out.write('\n');
                    count++;
                }
            }
        }
        return count;
    }
}
