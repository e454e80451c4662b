// SPDX-License-Identifier: Apache-2.0
package perennial.cli.backup;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import perennial.ca.backup.DatabaseImport;
import perennial.cli.Console;
import perennial.cli.Failure;
import perennial.cli.Migrations;
import perennial.cli.audit.DatabaseOptions;
import perennial.core.advice.Problem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `perennial ca import FILE`: an export into an empty database, compared with it row by row.
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = {
            "Reads an export into an empty database and compares every row.",
            "The authority that it was exported from must have stopped before and must not run"
                    + " again."
        })
public final class ImportCommand implements Runnable {
    private final Console console;

    @Parameters(paramLabel = "FILE", description = "the export")
    private Path file = Path.of("");

    @Mixin private DatabaseOptions database = new DatabaseOptions();

    public ImportCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        Migrations.migrate(database.required(), "ca");
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            ExportCommand.say(console, new DatabaseImport(database.required()).read(in, 0));
        } catch (IOException e) {
            throw new Failure(Problem.FILE_NOT_USABLE, file + " cannot be read", e);
        }
    }
}
