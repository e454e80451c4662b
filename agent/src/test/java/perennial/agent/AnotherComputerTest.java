// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.agent.renewal.JournalledRenewal;
import perennial.agent.renewal.RenewalJournal;
import perennial.agent.renewal.RenewalSubject;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.card.Pin;
import perennial.card.PinOutcome;
import perennial.card.ReKeyWay;
import perennial.card.piv.PivCards;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyAlgorithm;
import perennial.core.renewal.RenewalEvent;
import perennial.core.renewal.RenewalId;
import perennial.core.renewal.Ticket;
import perennial.protocol.cmp.ProtocolException;
import perennial.virtualcard.ManagementKey;
import perennial.virtualcard.Personalisation;
import perennial.virtualcard.ProductGeneration;
import perennial.virtualcard.VirtualCard;

/// The computer that began is gone with its journal; what is left is the card, the authority and a
/// ticket for what the card holds now.
class AnotherComputerTest {
    private static final char[] PIN = {'1', '2', '3', '4', '5', '6'};

    private @TempDir Path folder;
    private final RenewalId id = RenewalId.random(Desk.RANDOM);

    /// The end of the process at this very place.
    private static final class Died extends Error {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void a_renewal_with_the_same_key_is_confirmed_and_the_other_certificate_renewed_in_one_run()
            throws IOException {
        Desk desk = new Desk(folder.resolve("home"));
        desk.unreachableFrom(3);
        assertEquals(
                Optional.of(Problem.RA_UNREACHABLE),
                renew(desk, entry(Desk.signature())).problem());
        Certificate fresh = held(desk, KeySlot.DIGITAL_SIGNATURE);
        assertEquals(List.of(fresh), desk.ra.issued().get(Desk.signature()));
        anotherComputer(desk);

        Ticket.Entry other =
                new Ticket.Entry(RenewalId.random(Desk.RANDOM), Desk.encryption().serialNumber());
        assertTrue(renew(desk, entry(fresh), other).renewed());
        assertEquals(fresh, held(desk, KeySlot.DIGITAL_SIGNATURE));
        assertEquals(Set.of(id, other.id()), desk.ra.confirmed());
        desk.assertRenewed();
    }

    @Test
    void a_key_made_in_place_is_confirmed_and_none_is_made_again() throws IOException {
        Desk desk = new Desk(folder.resolve("home"));
        desk.ra.reKey(Optional.empty());
        desk.unreachableFrom(4);
        finishedByAnother(desk, Desk.signature());
    }

    @Test
    void a_key_made_beside_is_confirmed_and_the_old_one_retired() throws IOException {
        Desk desk = new Desk(folder.resolve("home"));
        VirtualCard card =
                VirtualCard.create(
                        new Personalisation(
                                new CardNumber("0088000000000002"),
                                PIN.clone(),
                                "87654321".toCharArray(),
                                ProductGeneration.WITH_MOVE,
                                ManagementKey.BEHIND_PIN),
                        Desk.RANDOM);
        Certificate old =
                Desk.authority()
                        .issue(
                                card.generate(KeySlot.DIGITAL_SIGNATURE, KeyAlgorithm.P_256),
                                KeyUsage.digitalSignature,
                                Desk.CLOCK.instant().plus(Duration.ofDays(20)));
        card.install(KeySlot.DIGITAL_SIGNATURE, old);
        desk.replaceCard(card);
        desk.ra.reKey(Optional.empty());
        desk.unreachableFrom(4);
        finishedByAnother(desk, old);
        withPin(
                desk,
                session -> {
                    assertThrows(
                            RuntimeException.class,
                            () ->
                                    session.replacement(KeySlot.DIGITAL_SIGNATURE, ReKeyWay.BESIDE)
                                            .oldSigner(old)
                                            .sign(new byte[8]));
                    return true;
                });
    }

    @Test
    void a_key_made_beside_is_confirmed_and_the_other_certificate_s_key_made_in_one_run()
            throws IOException {
        Desk desk = new Desk(folder.resolve("home"));
        VirtualCard card =
                VirtualCard.create(
                        new Personalisation(
                                new CardNumber("0088000000000003"),
                                PIN.clone(),
                                "87654321".toCharArray(),
                                ProductGeneration.WITH_MOVE,
                                ManagementKey.BEHIND_PIN),
                        Desk.RANDOM);
        Instant soon = Desk.CLOCK.instant().plus(Duration.ofDays(20));
        Certificate old =
                Desk.authority()
                        .issue(
                                card.generate(KeySlot.DIGITAL_SIGNATURE, KeyAlgorithm.P_256),
                                KeyUsage.digitalSignature,
                                soon);
        Certificate other =
                Desk.authority()
                        .issue(
                                card.generate(KeySlot.KEY_MANAGEMENT, KeyAlgorithm.RSA_2048),
                                KeyUsage.keyEncipherment,
                                soon);
        card.install(KeySlot.DIGITAL_SIGNATURE, old);
        card.install(KeySlot.KEY_MANAGEMENT, other);
        desk.replaceCard(card);
        desk.ra.know(other);
        desk.ra.reKey(Optional.empty());
        desk.unreachableFrom(4);
        assertEquals(Optional.of(Problem.RA_UNREACHABLE), renew(desk, entry(old)).problem());
        Certificate fresh = held(desk, KeySlot.DIGITAL_SIGNATURE);
        anotherComputer(desk);

        Ticket.Entry second = new Ticket.Entry(RenewalId.random(Desk.RANDOM), other.serialNumber());
        RenewalReport report = renew(desk, entry(fresh), second);
        assertTrue(report.renewed(), report::toString);
        assertEquals(2, report.certificates().size(), report::toString);
        assertEquals(Set.of(id, second.id()), desk.ra.confirmed());
    }

    private void finishedByAnother(Desk desk, Certificate old) throws IOException {
        assertEquals(Optional.of(Problem.RA_UNREACHABLE), renew(desk, entry(old)).problem());
        Certificate fresh = held(desk, KeySlot.DIGITAL_SIGNATURE);
        assertEquals(List.of(fresh), desk.ra.issued().get(old));
        anotherComputer(desk);

        assertTrue(renew(desk, entry(fresh)).renewed());
        assertEquals(fresh, held(desk, KeySlot.DIGITAL_SIGNATURE));
        assertEquals(List.of(fresh), desk.ra.issued().get(old));
        assertEquals(Set.of(id), desk.ra.confirmed());
        assertEquals(List.of(), desk.agent().unfinished());
        withPin(
                desk,
                session -> {
                    assertEquals(Optional.empty(), session.note());
                    assertTrue(
                            session.replacement(KeySlot.DIGITAL_SIGNATURE, ReKeyWay.IN_PLACE)
                                    .holds(fresh.publicKey()));
                    return true;
                });
    }

    /// The authority takes unused permissions back; the old key must still be there to ask anew.
    @Test
    void an_expired_permission_is_asked_for_anew_before_the_old_key_goes() throws IOException {
        Desk desk = new Desk(folder.resolve("home"));
        byte[] _ = permitted(desk);
        desk.ra.forgetPermissions();

        assertTrue(renew(desk, entry(Desk.signature())).renewed());
        Certificate fresh = held(desk, KeySlot.DIGITAL_SIGNATURE);
        assertEquals(List.of(fresh), desk.ra.issued().get(Desk.signature()));
        assertEquals(Set.of(id), desk.ra.confirmed());
    }

    @Test
    void a_certificate_issued_for_a_key_that_the_note_has_forgotten_is_taken() throws IOException {
        Desk desk = new Desk(folder.resolve("home"));
        certifiedAndForgotten(desk);

        assertTrue(renew(desk, entry(Desk.signature())).renewed());
        Certificate fresh = held(desk, KeySlot.DIGITAL_SIGNATURE);
        assertEquals(List.of(fresh), desk.ra.issued().get(Desk.signature()));
        assertEquals(Set.of(id), desk.ra.confirmed());
    }

    @Test
    void a_certificate_issued_for_a_key_that_the_card_has_lost_makes_no_other_key()
            throws IOException {
        Desk desk = new Desk(folder.resolve("home"));
        certifiedAndForgotten(desk);
        PublicKey foreign =
                withPin(
                        desk,
                        session ->
                                session.replacement(KeySlot.DIGITAL_SIGNATURE, ReKeyWay.IN_PLACE)
                                        .generate(KeyAlgorithm.RSA_2048));

        for (int again = 0; again < 2; again++) {
            assertEquals(
                    Optional.of(Problem.JOURNAL_DAMAGED),
                    renew(desk, entry(Desk.signature())).problem());
            boolean untouched =
                    withPin(
                            desk,
                            session ->
                                    session.replacement(
                                                    KeySlot.DIGITAL_SIGNATURE, ReKeyWay.IN_PLACE)
                                            .holds(foreign));
            assertTrue(untouched);
        }
        assertEquals(1, desk.ra.asked().size());
    }

    /// The first computer dies when it has the permission.
    ///
    /// @return the card's note then
    private byte[] permitted(Desk desk) throws IOException {
        desk.ra.reKey(Optional.empty());
        desk.journal = AnotherComputerTest::diesWhenAllowed;
        assertThrows(Died.class, () -> renew(desk, entry(Desk.signature())));
        anotherComputer(desk);
        return withPin(desk, session -> session.note().orElseThrow());
    }

    /// The key is made and certified, the answer is lost, and the note is that of before the key.
    private void certifiedAndForgotten(Desk desk) throws IOException {
        byte[] note = permitted(desk);
        AtomicInteger sent = new AtomicInteger();
        desk.way =
                direct ->
                        request -> {
                            byte[] answer = direct.exchange(request);
                            if (sent.incrementAndGet() == 2) {
                                throw new ProtocolException(
                                        Problem.RA_UNREACHABLE,
                                        FailInfo.systemUnavail,
                                        "lost by the test");
                            }
                            return answer;
                        };
        assertEquals(
                Optional.of(Problem.RA_UNREACHABLE),
                renew(desk, entry(Desk.signature())).problem());
        assertEquals(1, desk.ra.issued().size());
        anotherComputer(desk);
        withPin(
                desk,
                session -> {
                    session.writeNote(note);
                    return true;
                });
    }

    private static RenewalJournal diesWhenAllowed(RenewalJournal disk) {
        return new RenewalJournal() {
            @Override
            public void append(RenewalSubject subject, RenewalEvent event) {
                disk.append(subject, event);
                if (event instanceof RenewalEvent.Approved) {
                    throw new Died();
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
        };
    }

    private Ticket.Entry entry(Certificate onTheCard) {
        return new Ticket.Entry(id, onTheCard.serialNumber());
    }

    private static RenewalReport renew(Desk desk, Ticket.Entry... entries) {
        return desk.agent()
                .renew(
                        Desk.READER,
                        Desk.ORIGIN,
                        Optional.of(new Ticket(List.of(entries))),
                        PinEntry.of(Pin.of(PIN.clone()), false),
                        progress -> {});
    }

    private static void anotherComputer(Desk desk) throws IOException {
        desk.powerCut();
        desk.way = direct -> direct;
        desk.journal = journal -> journal;
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(desk.home)) {
            files.addAll(all.sorted(Comparator.reverseOrder()).toList());
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }

    private static Certificate held(Desk desk, KeySlot slot) {
        try (CardSession session = PivCards.open(desk.readers.list().getFirst())) {
            return session.certificate(slot).orElseThrow();
        }
    }

    private static <T> T withPin(Desk desk, Function<CardSession, T> work) {
        try (CardSession session = PivCards.open(desk.readers.list().getFirst());
                Pin pin = Pin.of(PIN.clone())) {
            assertEquals(new PinOutcome.Verified(), session.verify(pin));
            return work.apply(session);
        }
    }
}
