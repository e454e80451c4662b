// SPDX-License-Identifier: Apache-2.0
package perennial.cli.audit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import perennial.ca.Passphrase;
import perennial.ca.audit.AuditEvent;
import perennial.ca.audit.AuditKey;
import perennial.ca.audit.AuditLog;
import perennial.ca.audit.AuditSettings;
import perennial.ca.store.AuditHeadStore;
import perennial.ca.store.Database;
import perennial.cli.Console;
import perennial.cli.Failure;
import perennial.core.advice.Problem;
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
final class AuditAcceptCommand implements Runnable {
    private final Console console;

    @Parameters(paramLabel = "DIR", description = "the folder of the node's log")
    private Path place = Path.of("");

    @Option(names = "--node", required = true, paramLabel = "NAME", description = "the node")
    private String node = "";

    @Option(
            names = "--reason",
            required = true,
            paramLabel = "TEXT",
            description = "why it is right to go on")
    private String reason = "";

    @Option(
            names = "--key-file",
            required = true,
            paramLabel = "FILE",
            description = "the node's audit key")
    private Path keyFile = Path.of("");

    @Mixin private PassphraseOption passphraseOption = new PassphraseOption();
    @Mixin private DatabaseOptions database = new DatabaseOptions();

    AuditAcceptCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        if (!Files.exists(keyFile)) {
            throw new Failure(Problem.FILE_NOT_USABLE, "no audit key in " + keyFile);
        }
        try (Passphrase passphrase = passphraseOption.read();
                AuditLog log =
                        AuditLog.reopen(
                                new AuditSettings(node, place),
                                AuditKey.open(keyFile, passphrase, new SecureRandom()),
                                new AuditHeadStore(new Database(database.required())),
                                Clock.systemUTC(),
                                damage ->
                                        new AuditEvent.Accepted(
                                                System.getProperty("user.name"),
                                                reason,
                                                damage))) {
            console.say(
                    console.choose("節點 %s 自第 %d 筆繼續。", "Node %s goes on from record %d."),
                    node,
                    log.head().sequence());
        }
    }
}
