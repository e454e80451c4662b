// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.crypto.Cipher;
import org.bouncycastle.asn1.x509.KeyUsage;
import perennial.agent.renewal.CardLocks;
import perennial.agent.renewal.CardRenewals;
import perennial.agent.renewal.FileJournal;
import perennial.agent.renewal.RenewalJournal;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.card.Pin;
import perennial.card.PinOutcome;
import perennial.card.piv.PivCards;
import perennial.card.piv.PivReaders;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyAlgorithm;
import perennial.core.renewal.RenewalId;
import perennial.core.renewal.Ticket;
import perennial.protocol.cmp.CmpEndpoint;
import perennial.protocol.cmp.ProtocolException;
import perennial.protocol.http.MessageExchange;
import perennial.virtualcard.Personalisation;
import perennial.virtualcard.VirtualCard;
import perennial.virtualcard.VirtualReaders;

/// A holder's desk: a reader, a card with two certificates that are about to expire, an agent's
/// home, and a registration authority behind a real CMP endpoint.
final class Desk {
    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-06-01T00:00:00Z"), ZoneOffset.UTC);
    static final URI ORIGIN = URI.create("http://localhost:8080");
    static final String READER = VirtualReaders.name(0);
    static final SecureRandom RANDOM = new SecureRandom();

    /// The same card and authority for all tests: generating RSA keys is what takes the time.
    private static final Maker MADE = new Maker();

    final TestRa ra = new TestRa(MADE.authority, List.of(MADE.signature, MADE.encryption));
    final VirtualReaders readers = new VirtualReaders(1);
    final Path home;
    final Ticket ticket =
            new Ticket(
                    List.of(
                            new Ticket.Entry(
                                    RenewalId.random(RANDOM), MADE.signature.serialNumber()),
                            new Ticket.Entry(
                                    RenewalId.random(RANDOM), MADE.encryption.serialNumber())));
    VirtualCard card;

    /// What is between agent and registration authority.
    Function<MessageExchange, MessageExchange> way = exchange -> exchange;

    /// What is between agent and disk.
    Function<RenewalJournal, RenewalJournal> journal = j -> j;

    Duration slept = Duration.ZERO;

    private static final class Maker {
        final TestAuthority authority = new TestAuthority(CLOCK, RANDOM);
        final Certificate signature;
        final Certificate encryption;
        final byte[] snapshot;

        Maker() {
            VirtualCard card = blank("0088000000000001");
            Instant soon = CLOCK.instant().plus(Duration.ofDays(20));
            signature =
                    authority.issue(
                            card.generate(KeySlot.DIGITAL_SIGNATURE, KeyAlgorithm.RSA_2048),
                            KeyUsage.digitalSignature,
                            soon);
            encryption =
                    authority.issue(
                            card.generate(KeySlot.KEY_MANAGEMENT, KeyAlgorithm.RSA_2048),
                            KeyUsage.keyEncipherment,
                            soon);
            card.install(KeySlot.DIGITAL_SIGNATURE, signature);
            card.install(KeySlot.KEY_MANAGEMENT, encryption);
            snapshot = card.snapshot();
        }
    }

    Desk(Path home) {
        this.home = home;
        this.card = VirtualCard.ofSnapshot(MADE.snapshot, RANDOM);
        readers.insert(READER, card);
    }

    static VirtualCard blank(String number) {
        return VirtualCard.create(
                new Personalisation(
                        new CardNumber(number), "123456".toCharArray(), "87654321".toCharArray()),
                RANDOM);
    }

    static Certificate signature() {
        return MADE.signature;
    }

    static Certificate encryption() {
        return MADE.encryption;
    }

    static TestAuthority authority() {
        return MADE.authority;
    }

    /// From the n-th message on, none arrives.
    void unreachableFrom(int n) {
        AtomicInteger sent = new AtomicInteger();
        way =
                direct ->
                        request -> {
                            if (sent.incrementAndGet() >= n) {
                                throw new ProtocolException(
                                        Problem.RA_UNREACHABLE,
                                        FailInfo.systemUnavail,
                                        "by the test");
                            }
                            return direct.exchange(request);
                        };
    }

    /// The card loses its power and everything it had not kept, as when process or contact die.
    void powerCut() {
        VirtualCard before = readers.eject(READER).orElseThrow();
        before.faults().disarm();
        card = VirtualCard.ofSnapshot(before.snapshot(), RANDOM);
        readers.insert(READER, card);
    }

    void replaceCard(VirtualCard other) {
        VirtualCard _ = readers.eject(READER).orElseThrow();
        card = other;
        readers.insert(READER, other);
    }

    AgentSettings settings() {
        RaTrust trust =
                new RaTrust(
                        ORIGIN, URI.create(ORIGIN + "/cmp"), List.of(MADE.authority.certificate));
        return new AgentSettings(0, home, List.of(trust));
    }

    Agent.Ways ways() {
        CmpEndpoint endpoint =
                new CmpEndpoint(
                        ra, MADE.authority.ra, List.of(MADE.authority.certificate), CLOCK, RANDOM);
        MessageExchange direct = endpoint::answer;
        return new Agent.Ways(
                trust -> way.apply(direct),
                journal,
                new CardRenewals.Timing(CLOCK, d -> slept = slept.plus(d)));
    }

    PivReaders cards() {
        return new PivReaders(readers, RANDOM);
    }

    /// A new agent each time: it knows only what disk and card hold.
    AgentCommands agent() {
        return Agent.commandsOnly(settings(), cards(), ways(), RANDOM).commands();
    }

    /// What the agent's window works with, without registration authorities.
    CardRenewals renewals() {
        return new CardRenewals(
                cards(),
                new FileJournal(home),
                new CardLocks(home),
                Map.of(),
                new CardRenewals.Timing(CLOCK, d -> slept = slept.plus(d)),
                RANDOM);
    }

    CardNumber ticketCard() {
        return new CardNumber("0088000000000001");
    }

    RenewalReport renew() {
        return renew("123456", false);
    }

    RenewalReport renew(String pin, boolean lastTryConsent) {
        return agent().renew(
                        READER,
                        ORIGIN,
                        Optional.of(ticket),
                        PinEntry.of(Pin.of(pin.toCharArray()), lastTryConsent),
                        progress -> {});
    }

    RenewalReport renewWithoutTicket() {
        return agent().renew(
                        READER,
                        ORIGIN,
                        Optional.empty(),
                        PinEntry.of(Pin.of("123456".toCharArray()), false),
                        progress -> {});
    }

    /// Both certificates are of keys that the card can use, and no try for the PIN is lost.
    void assertUsable() {
        try (CardSession session = PivCards.open(readers.list().getFirst())) {
            assertEquals(3, session.triesLeft());
            try (Pin pin = Pin.of("123456".toCharArray())) {
                assertEquals(new PinOutcome.Verified(), session.verify(pin));
            }
            byte[] message = "perennial".getBytes(StandardCharsets.UTF_8);
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initVerify(
                    session.certificate(KeySlot.DIGITAL_SIGNATURE).orElseThrow().x509());
            signature.update(message);
            assertTrue(signature.verify(session.signer(KeySlot.DIGITAL_SIGNATURE).sign(message)));
            byte[] block = new byte[256];
            Arrays.fill(block, 100, 256, (byte) 7);
            Cipher cipher = Cipher.getInstance("RSA/ECB/NoPadding");
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    session.certificate(KeySlot.KEY_MANAGEMENT).orElseThrow().publicKey());
            assertArrayEquals(
                    block,
                    session.decipherer(KeySlot.KEY_MANAGEMENT).decipher(cipher.doFinal(block)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /// Card, journal and registration authority agree: exactly one new certificate each, on the
    /// card, confirmed, nothing open.
    void assertRenewed() {
        assertEquals(Set.of(signature(), encryption()), ra.issued().keySet());
        try (CardSession session = PivCards.open(readers.list().getFirst())) {
            assertEquals(
                    ra.issued().get(signature()),
                    List.of(session.certificate(KeySlot.DIGITAL_SIGNATURE).orElseThrow()));
            assertEquals(
                    ra.issued().get(encryption()),
                    List.of(session.certificate(KeySlot.KEY_MANAGEMENT).orElseThrow()));
        }
        assertEquals(2, ra.confirmed().size());
        assertEquals(List.of(), agent().unfinished());
        assertUsable();
    }
}
