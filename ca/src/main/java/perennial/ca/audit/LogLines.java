// SPDX-License-Identifier: Apache-2.0
package perennial.ca.audit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The lines of one file, one after the other; memory does not grow with the file.
final class LogLines implements Closeable {
    private final InputStream in;
    private long whole;
    private long torn;

    LogLines(Path file) throws IOException {
        in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    }

    /// The next line that ends with a line feed, without it.
    ///
    /// @throws AuditRecord.FormatException when it is longer than a record can be
    Optional<byte[]> next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
        for (int octet = in.read(); octet >= 0; octet = in.read()) {
            if (octet == '\n') {
                whole += line.size() + 1L;
                return Optional.of(line.toByteArray());
            }
            if (line.size() > AuditRecord.MAX_OCTETS) {
                throw new AuditRecord.FormatException("a line without end");
            }
            line.write(octet);
        }
        torn = line.size();
        return Optional.empty();
    }

    /// Octets of the lines so far, line feeds included.
    long whole() {
        return whole;
    }

    /// Octets behind the last line feed, known at the end.
    long torn() {
        return torn;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
