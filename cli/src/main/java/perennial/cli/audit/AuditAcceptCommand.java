// SPDX-License-Identifier: Apache-2.0
package perennial.cli.audit;

import java.nio.file.Path;
import perennial.ca.audit.AuditEvent;
import perennial.ca.audit.AuditLog;
import perennial.cli.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `perennial audit accept`: an operator's word that lets a node go on.
@Command(
        name = "accept",
        mixinStandardHelpOptions = true,
        description = {
            "Lets a node go on whose records do not fit the database. The node must not run.",
            "The reason, the account and what was found become a record themselves."
        })
public final class AuditAcceptCommand implements Runnable {
    private final Console console;

    @Parameters(paramLabel = "DIR", description = "the folder of the node's log")
    private Path place = Path.of("");

    @Option(
            names = "--reason",
            required = true,
            paramLabel = "TEXT",
            description = "why it is right to go on")
    private String reason = "";

    @Mixin private AuditNodeOptions node = new AuditNodeOptions();
    @Mixin private DatabaseOptions database = new DatabaseOptions();

    public AuditAcceptCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        try (AuditLog log =
                node.reopen(
                        place,
                        database.required(),
                        damage ->
                                new AuditEvent.Accepted(
                                        AuditNodeOptions.operator(), reason, damage))) {
            console.say(
                    console.choose("節點 %s 自第 %d 筆繼續。", "Node %s goes on from record %d."),
                    log.head().node(),
                    log.head().sequence());
        }
    }
}
