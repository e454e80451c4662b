// SPDX-License-Identifier: Apache-2.0
package perennial.cli.audit;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import perennial.ca.audit.AuditExport;
import perennial.cli.Failure;
import perennial.core.advice.Problem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `perennial audit export`: records of a time, as lines of JSON on standard output.
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = "Writes the records of a time to standard output, as signed lines of JSON.")
public final class AuditExportCommand implements Runnable {
    @Parameters(paramLabel = "DIR", description = "a folder of logs")
    private Path place = Path.of("");

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "the first day or time, as 2026-11-01 or 2026-11-01T08:00:00Z (UTC)")
    private Optional<String> from = Optional.empty();

    @Option(
            names = "--to",
            paramLabel = "TIME",
            description = "the day or time before which it ends")
    private Optional<String> to = Optional.empty();

    @Override
    public void run() {
        new AuditExport(place)
                .write(
                        from.map(AuditExportCommand::time).orElse(Instant.MIN),
                        to.map(AuditExportCommand::time).orElse(Instant.MAX),
                        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));
    }

    private static Instant time(String text) {
        try {
            return text.contains("T")
                    ? Instant.parse(text)
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeException e) {
            throw new Failure(Problem.CONFIGURATION_INVALID, "not a day or time: " + text, e);
        }
    }
}
