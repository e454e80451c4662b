// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import perennial.ca.ceremony.Ceremony;
import perennial.ca.ceremony.CeremonyPlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `perennial ca ceremony`: keys and certificates of root and issuing authorities, off-line.
@Command(
        name = "ceremony",
        mixinStandardHelpOptions = true,
        description = {
            "Makes root and issuing authorities from one file, off-line and without a database,",
            "and writes a transcript to be signed. Nothing is overwritten."
        })
final class CaCeremonyCommand implements Runnable {
    private final Console console;

    @Parameters(paramLabel = "FILE", description = "the ceremony's file (docs/ceremony.md)")
    private Path file = Path.of("");

    @Option(names = "--check", description = "only read the file and say what would be written")
    private boolean check;

    CaCeremonyCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        byte[] octets = PemFiles.octets(file);
        CeremonyPlan plan = CeremonyPlan.read(file);
        if (check) {
            console.say("%s", plan.title());
            console.say(
                    console.choose("將寫入 %s:", "would write into %s:"),
                    String.valueOf(plan.folder().getFileName()));
            Ceremony.results(plan).forEach(name -> console.say("  %s", name));
            return;
        }
        Clock clock = Clock.systemUTC();
        SecureRandom random = new SecureRandom();
        try (KeyPlaces places = new KeyPlaces(plan.places(), console, clock, random)) {
            byte[] transcript =
                    new Ceremony(plan, octets, places.byName(), Perennial.VERSION, clock, random)
                            .perform();
            console.say("%s", new String(transcript, StandardCharsets.UTF_8).stripTrailing());
        }
    }
}
