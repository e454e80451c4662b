// SPDX-License-Identifier: Apache-2.0
package perennial.cli.audit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.function.Function;
import javax.sql.DataSource;
import perennial.ca.Passphrase;
import perennial.ca.audit.AuditEvent;
import perennial.ca.audit.AuditKey;
import perennial.ca.audit.AuditLog;
import perennial.ca.audit.AuditSettings;
import perennial.ca.store.AuditHeadStore;
import perennial.ca.store.Database;
import perennial.cli.Failure;
import perennial.core.advice.Problem;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// As which node a command writes records.
public final class AuditNodeOptions {
    @Option(
            names = "--node",
            required = true,
            paramLabel = "NAME",
            description = "the node that writes the records; it must not run")
    private String node = "";

    @Option(
            names = "--key-file",
            required = true,
            paramLabel = "FILE",
            description = "the node's audit key")
    private Path keyFile = Path.of("");

    @Mixin private PassphraseOption passphraseOption = new PassphraseOption();

    /// Goes on with the node's log after what the first record says; see [AuditLog#reopen]. The
    /// caller closes it.
    ///
    /// @throws Failure FILE_NOT_USABLE when there is no key: a new one would begin another node
    public AuditLog reopen(Path folder, DataSource database, Function<String, AuditEvent> why) {
        if (!Files.exists(keyFile)) {
            throw new Failure(Problem.FILE_NOT_USABLE, "no audit key in " + keyFile);
        }
        try (Passphrase passphrase = passphraseOption.read()) {
            return AuditLog.reopen(
                    new AuditSettings(node, folder),
                    AuditKey.open(keyFile, passphrase, new SecureRandom()),
                    new AuditHeadStore(new Database(database)),
                    Clock.systemUTC(),
                    why);
        }
    }

    /// Who the operating system says that the operator is.
    public static String operator() {
        return System.getProperty("user.name", "unknown");
    }
}
