// SPDX-License-Identifier: Apache-2.0
package perennial.cli.audit;

import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Callable;
import perennial.ca.audit.AuditFinding;
import perennial.ca.audit.AuditReport;
import perennial.ca.audit.AuditVerification;
import perennial.cli.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `perennial audit verify`: 0 when the records are sound, 1 when they are not.
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Verifies audit logs: each signature, the chain, and with --database also that neither"
                    + " the logs nor the database were shortened, exchanged or put back.",
            "Exit codes: 0 sound, 1 not sound or not readable, 2 wrong usage."
        })
public final class AuditVerifyCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "DIR|FILE", description = "a folder of logs, or one file of them")
    private Path place = Path.of("");

    @Option(
            names = "--key",
            paramLabel = "SHA256",
            description = "fingerprint of the key that must have signed")
    private Optional<String> fingerprint = Optional.empty();

    @Mixin private DatabaseOptions database = new DatabaseOptions();

    public AuditVerifyCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        AuditReport report = new AuditVerification(place, fingerprint, database.source()).verify();
        for (AuditReport.Chain chain : report.chains()) {
            console.say(
                    console.choose(
                            "節點 %s：%d 筆紀錄，最後一筆 %d，雜湊 %s，金鑰 %s",
                            "node %s: %d records, the last is %d, hash %s, key %s"),
                    chain.head().node(),
                    chain.records(),
                    chain.head().sequence(),
                    HexFormat.of().formatHex(chain.head().hash()),
                    chain.head().key().fingerprint());
        }
        report.findings().forEach(this::say);
        if (database.source().isEmpty()) {
            console.say(
                    "%s",
                    console.choose(
                            "未與資料庫比對：無法看出結尾是否被截短（請加 --database）。",
                            "Not compared with the database: whether the end was cut off cannot be"
                                    + " seen (use --database)."));
        }
        console.say(
                "%s",
                report.isSound()
                        ? console.choose("紀錄完好。", "The records are sound.")
                        : console.choose("紀錄不完好！", "The records are NOT sound."));
        return report.isSound() ? 0 : Console.FAILED;
    }

    private void say(AuditFinding finding) {
        console.say(
                "%s %s %s %s%s: %s",
                finding.kind().isBreach() ? "!" : "-",
                finding.kind(),
                finding.node(),
                finding.sequence() == 0 ? "" : "#" + finding.sequence() + " ",
                AuditWords.of(finding.kind(), console),
                finding.detail());
    }
}
