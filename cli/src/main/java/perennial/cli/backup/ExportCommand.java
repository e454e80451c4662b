// SPDX-License-Identifier: Apache-2.0
package perennial.cli.backup;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import perennial.ca.backup.DatabaseExport;
import perennial.ca.backup.TableSum;
import perennial.cli.Console;
import perennial.cli.Failure;
import perennial.cli.audit.DatabaseOptions;
import perennial.core.advice.Problem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `perennial ca export FILE`: the rows alone, to be taken to another database.
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = "Writes all rows of the authority's tables as lines of JSON.")
public final class ExportCommand implements Runnable {
    private final Console console;

    @Parameters(paramLabel = "FILE", description = "must not exist")
    private Path file = Path.of("");

    @Mixin private DatabaseOptions database = new DatabaseOptions();

    public ExportCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        try (OutputStream out =
                new BufferedOutputStream(
                        Files.newOutputStream(file, StandardOpenOption.CREATE_NEW))) {
            say(console, new DatabaseExport(database.required()).write(out));
        } catch (FileAlreadyExistsException e) {
            throw new Failure(Problem.NOT_EMPTY, file + " exists", e);
        } catch (IOException e) {
            throw new Failure(Problem.FILE_NOT_USABLE, file + " cannot be written", e);
        }
    }

    static void say(Console console, List<TableSum> sums) {
        for (TableSum sum : sums) {
            console.say("%s %d %s", sum.table(), sum.rows(), sum.sha256());
        }
    }
}
