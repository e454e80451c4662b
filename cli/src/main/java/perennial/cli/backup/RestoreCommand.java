// SPDX-License-Identifier: Apache-2.0
package perennial.cli.backup;

import java.nio.file.Path;
import perennial.ca.audit.AuditEvent;
import perennial.ca.audit.AuditLog;
import perennial.ca.backup.Backup;
import perennial.cli.Console;
import perennial.cli.Migrations;
import perennial.cli.audit.AuditNodeOptions;
import perennial.cli.audit.DatabaseOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `perennial ca restore FILE`: into an empty database and an empty folder.
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        description = {
            "Puts a backup into an empty database and an empty folder, compares every row, and"
                    + " records that it was restored.",
            "What happened after the backup is in the audit log alone; perennial audit verify lists"
                    + " it."
        })
public final class RestoreCommand implements Runnable {
    private final Console console;

    @Parameters(paramLabel = "FILE", description = "the backup")
    private Path file = Path.of("");

    @Option(
            names = "--keys",
            required = true,
            paramLabel = "DIR",
            description = "where to put the key files; empty or absent")
    private Path keys = Path.of("");

    @Option(
            names = "--audit",
            required = true,
            paramLabel = "DIR",
            description = "the folder of the node's audit log")
    private Path audit = Path.of("");

    @Mixin private AuditNodeOptions node = new AuditNodeOptions();
    @Mixin private DatabaseOptions database = new DatabaseOptions();

    public RestoreCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        Migrations.migrate(database.required(), "ca");
        Backup.Manifest manifest = new Backup(database.required(), keys).restore(file);
        try (AuditLog log =
                node.reopen(
                        audit,
                        database.required(),
                        _ ->
                                new AuditEvent.Restored(
                                        AuditNodeOptions.operator(),
                                        manifest.digest(),
                                        manifest.takenAt()))) {
            console.say(
                    console.choose("已還原至 %s 的狀態，稽核紀錄第 %d 筆。", "Restored to %s, audit record %d."),
                    manifest.takenAt(),
                    log.head().sequence());
        }
    }
}
