// SPDX-License-Identifier: Apache-2.0
package perennial.cli.sweep;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import perennial.agent.Agent;
import perennial.agent.AgentSettings;
import perennial.agent.PinEntry;
import perennial.agent.RaTrust;
import perennial.agent.RenewalReport;
import perennial.agent.renewal.CardRenewals;
import perennial.agent.renewal.JournalledRenewal;
import perennial.agent.renewal.RenewalJournal;
import perennial.agent.renewal.RenewalSubject;
import perennial.card.CardReaders;
import perennial.card.Pin;
import perennial.card.piv.PivReaders;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.renewal.RenewalEvent;
import perennial.protocol.http.HttpExchange;
import perennial.virtualcard.VirtualCard;
import perennial.virtualcard.VirtualReaders;

/// A process of its own that renews a card, says when it has written a given fact, and then waits
/// to be killed.
final class Victim {
    /// What it prints when the fact is on the disk.
    static final String REACHED = "REACHED";

    /// A token that is a virtual card's file.
    static final String PIV = "piv";

    /// A token that is SoftHSM's folder and the mode.
    static final String PKCS11 = "pkcs11";

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int MAX_PIN = 8;

    private Victim() {}

    /// Arguments: home, address of the registration authority, its root certificate's file, number
    /// of the fact, then what kind of token and where. The PIN comes on standard input.
    static void main(String[] arguments) throws IOException {
        Path home = Path.of(arguments[0]);
        URI authority = URI.create(arguments[1]);
        Certificate root = Certificate.ofDer(Files.readAllBytes(Path.of(arguments[2])));
        int fact = Integer.parseInt(arguments[3]);
        byte[] octets = System.in.readNBytes(MAX_PIN);
        char[] pin = new String(octets, StandardCharsets.US_ASCII).strip().toCharArray();
        CardReaders readers = readers(List.of(arguments).subList(4, arguments.length));
        AgentSettings settings =
                new AgentSettings(
                        0, home, List.of(new RaTrust(Sweep.ORIGIN, authority, List.of(root))));
        Agent.Ways ways =
                new Agent.Ways(
                        trust -> new HttpExchange(trust.cmp(), TIMEOUT),
                        journal -> new Stopping(journal, new AtomicInteger(fact)),
                        new CardRenewals.Timing(Clock.systemUTC(), Thread::sleep));
        try (Agent agent = Agent.commandsOnly(settings, readers, ways, new SecureRandom())) {
            RenewalReport _ =
                    agent.commands()
                            .renew(
                                    readers.list().getFirst().name(),
                                    Sweep.ORIGIN,
                                    Optional.empty(),
                                    PinEntry.of(Pin.of(pin), false),
                                    progress -> {});
        } finally {
            Arrays.fill(pin, '\0');
        }
    }

    private static CardReaders readers(List<String> token) throws IOException {
        SecureRandom random = new SecureRandom();
        if (token.getFirst().equals(PKCS11)) {
            SoftHsmLibrary library = new SoftHsmLibrary(Path.of(token.get(1)));
            return SoftHsmToken.readers(
                    library::library,
                    library.slot(),
                    SweepCase.RenewalMode.valueOf(token.get(2)),
                    random);
        }
        VirtualReaders readers = new VirtualReaders(1);
        readers.insert(VirtualReaders.name(0), VirtualCard.open(Path.of(token.get(1)), random));
        return new PivReaders(readers, random);
    }

    /// Stands still when the last of so many facts is written.
    private record Stopping(RenewalJournal disk, AtomicInteger left) implements RenewalJournal {
        @Override
        public void append(RenewalSubject subject, RenewalEvent event) {
            disk.append(subject, event);
            if (left.decrementAndGet() == 0) {
                System.out.println(REACHED);
                System.out.flush();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        @Override
        public List<JournalledRenewal> of(CardNumber card) {
            return disk.of(card);
        }

        @Override
        public Set<CardNumber> cards() {
            return disk.cards();
        }
    }
}
