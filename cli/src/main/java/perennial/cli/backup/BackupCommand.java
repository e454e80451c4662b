// SPDX-License-Identifier: Apache-2.0
package perennial.cli.backup;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import perennial.ca.backup.Backup;
import perennial.cli.Console;
import perennial.cli.Failure;
import perennial.cli.audit.DatabaseOptions;
import perennial.core.advice.Problem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `perennial ca backup FILE`: while the authority runs.
@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        description = {
            "Writes all rows of the database, of one moment, and all key files into one file, and"
                    + " reads it once more. The authority may run.",
            "With --check nothing is written: an existing file is verified."
        })
public final class BackupCommand implements Runnable {
    private final Console console;

    @Parameters(paramLabel = "FILE", description = "the backup; must not exist")
    private Path file = Path.of("");

    @Option(names = "--keys", paramLabel = "DIR", description = "the folder of the key files")
    private Optional<Path> keys = Optional.empty();

    @Option(names = "--check", description = "verify an existing backup")
    private boolean check;

    @Mixin private DatabaseOptions database = new DatabaseOptions();

    public BackupCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        if (!check) {
            Path folder =
                    keys.orElseThrow(
                            () -> new Failure(Problem.CONFIGURATION_INVALID, "--keys is missing"));
            new Backup(database.required(), folder).write(file, Clock.systemUTC());
        }
        Backup.Manifest manifest = Backup.verify(file);
        console.say(
                console.choose(
                        "%s 的備份，%d 個項目，清單的 SHA-256 為 %s。",
                        "Backup of %s, %d entries, SHA-256 of the manifest %s."),
                manifest.takenAt(),
                manifest.entries().size(),
                manifest.sha256());
    }
}
