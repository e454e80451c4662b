// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import perennial.ca.LocalCa;
import perennial.ca.Passphrase;
import perennial.ca.Pkcs10;
import perennial.ca.StandardProfiles;
import perennial.cli.backup.BackupCommand;
import perennial.cli.backup.ExportCommand;
import perennial.cli.backup.ImportCommand;
import perennial.cli.backup.RestoreCommand;
import perennial.cli.demo.DemoAuthority;
import perennial.cli.demo.DemoHome;
import perennial.cli.demo.DemoSettings;
import perennial.cli.server.AuthorityService;
import perennial.cli.server.CaServeCommand;
import perennial.cli.server.ServeSettings;
import perennial.core.advice.Problem;
import perennial.core.authority.IssueOutcome;
import perennial.core.certificate.Certificate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `perennial ca`: what an operator asks of the authority.
@Command(
        name = "ca",
        mixinStandardHelpOptions = true,
        description = "Asks the certification authority.",
        subcommands = {
            CaCommand.Issue.class,
            CaCeremonyCommand.class,
            CaServeCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            ExportCommand.class,
            ImportCommand.class
        })
final class CaCommand {
    @Command(
            name = "issue",
            mixinStandardHelpOptions = true,
            description = {
                "Gives the key of a PKCS #10 request its first certificate.",
                "Without --home it asks the demo that runs now."
            })
    static final class Issue implements Runnable {
        private static final Period DEMO_LIFE = Period.ofDays(20);

        private final Console console;

        @Option(
                names = "--csr",
                required = true,
                paramLabel = "FILE",
                description = "PKCS #10 request, PEM or DER")
        private Path csr = Path.of("");

        @Option(
                names = "--out",
                paramLabel = "FILE",
                description = "where to write the certificate; default: standard output")
        private Optional<Path> out = Optional.empty();

        @Option(
                names = "--home",
                paramLabel = "DIR",
                description = "the folder of a demo (--keep DIR)")
        private Optional<Path> home = Optional.empty();

        @Option(
                names = "--profile",
                paramLabel = "NAME",
                description = "certificate profile; default: ${DEFAULT-VALUE}")
        private String profile = StandardProfiles.SOFTWARE;

        @Option(
                names = "--lifetime",
                paramLabel = "PERIOD",
                description =
                        "a shorter life than the profile's, as P20D; default: the profile's, of a"
                                + " demo 20 days")
        private Optional<Period> lifetime = Optional.empty();

        @Option(
                names = "--settings",
                paramLabel = "FILE",
                description =
                        "asks an authority of this file (perennial ca serve) instead of a demo")
        private Optional<Path> settings = Optional.empty();

        @Option(
                names = "--authority",
                paramLabel = "NAME",
                description = "which of the file's; default: ${DEFAULT-VALUE}")
        private String authority = "issuing";

        Issue(Console console) {
            this.console = console;
        }

        @Override
        public void run() {
            byte[] request = PemFiles.octets(csr);
            Clock clock = Clock.systemUTC();
            SecureRandom random = new SecureRandom();
            Certificate certificate =
                    settings.map(file ->
                                    AuthorityService.ask(
                                            ServeSettings.read(file),
                                            authority,
                                            console,
                                            clock,
                                            random,
                                            ca -> issued(ca, request, end(clock, lifetime))))
                            .orElseGet(() -> byDemo(request, clock, random));
            out.ifPresentOrElse(
                    file -> PemFiles.write(file, List.of(certificate)),
                    () -> console.say("%s", PemFiles.encode(certificate).strip()));
        }

        private Certificate byDemo(byte[] request, Clock clock, SecureRandom random) {
            Path folder =
                    home.or(RunningDemo::current)
                            .orElseThrow(() ->
                                    new Failure(
                                            Problem.AUTHORITY_UNAVAILABLE,
                                            "no demo runs; start one or name its folder with"
                                                    + " --home, or an authority's file with"
                                                    + " --settings"));
            DemoHome demo = new DemoHome(folder.toAbsolutePath(), true);
            try (EmbeddedDatabase database = EmbeddedDatabase.connectOrStart(demo.database());
                    Passphrase passphrase = demo.passphrase(random);
                    LocalCa ca =
                            DemoAuthority.open(
                                    demo,
                                    passphrase,
                                    DemoSettings.read(demo).publicBase(),
                                    database.dataSource(),
                                    clock,
                                    random)) {
                return issued(ca, request, end(clock, lifetime.or(() -> Optional.of(DEMO_LIFE))));
            }
        }

        private static Optional<Instant> end(Clock clock, Optional<Period> lifetime) {
            return lifetime.map(
                    life -> clock.instant().atOffset(ZoneOffset.UTC).plus(life).toInstant());
        }

        private Certificate issued(LocalCa ca, byte[] request, Optional<Instant> end) {
            return switch (ca.issue(Pkcs10.read(request, UUID.randomUUID(), profile, end))) {
                case IssueOutcome.Accepted(var certificate) -> certificate;
                case IssueOutcome.Waiting(var after) ->
                        throw new Failure(Problem.WAITING_FOR_APPROVAL, "ask again after " + after);
                case IssueOutcome.Rejection(var reason, var text) ->
                        throw new Failure(Problem.KEY_NOT_ALLOWED, reason + ": " + text);
            };
        }
    }
}
