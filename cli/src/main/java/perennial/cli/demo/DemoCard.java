// SPDX-License-Identifier: Apache-2.0
package perennial.cli.demo;

import java.nio.file.Files;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import javax.security.auth.x500.X500Principal;
import perennial.ca.StandardProfiles;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.card.apdu.ApduReader;
import perennial.card.apdu.ApduReaders;
import perennial.card.piv.PivCards;
import perennial.cli.CardFile;
import perennial.cli.Failure;
import perennial.core.advice.Problem;
import perennial.core.authority.CertificationAuthority;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.IssueOutcome;
import perennial.core.authority.ProofOfPossession;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyAlgorithm;
import perennial.virtualcard.ManagementKey;
import perennial.virtualcard.Personalisation;
import perennial.virtualcard.ProductGeneration;
import perennial.virtualcard.VirtualReaders;

/// The test holder's card in its virtual reader.
final class DemoCard implements AutoCloseable {
    private static final char[] PIN = {'2', '4', '6', '8', '1', '0'};
    private static final char[] PUK = {'8', '6', '4', '2', '0', '1', '3', '5'};
    private static final String HOLDER = "SERIALNUMBER=3874544741,CN=測試持卡人,O=Perennial Demo,C=TW";

    private final CardFile card;
    private final VirtualReaders readers;
    private final String reader;

    private DemoCard(CardFile card, VirtualReaders readers, String reader) {
        this.card = card;
        this.readers = readers;
        this.reader = reader;
    }

    /// Opens the card of the home, or makes one, and puts it into the reader.
    static DemoCard insert(DemoHome home, SecureRandom random) {
        CardFile card =
                Files.exists(home.card())
                        ? CardFile.open(home.card(), random)
                        : CardFile.create(home.card(), personalisation(random), random);
        VirtualReaders readers = new VirtualReaders(1);
        String reader = readers.list().getFirst().name();
        readers.insert(reader, card.card());
        return new DemoCard(card, readers, reader);
    }

    /// The newest card of the field: it can do whatever a policy asks for.
    private static Personalisation personalisation(SecureRandom random) {
        return new Personalisation(
                newNumber(random), PIN, PUK, ProductGeneration.WITH_MOVE, ManagementKey.BEHIND_PIN);
    }

    /// The PIN that every demo card has; it protects nothing. The caller may wipe its copy.
    static char[] pin() {
        return Arrays.copyOf(PIN, PIN.length);
    }

    /// The PUK that every demo card has, as [#pin].
    static char[] puk() {
        return Arrays.copyOf(PUK, PUK.length);
    }

    ApduReaders readers() {
        return readers;
    }

    String reader() {
        return reader;
    }

    /// Pulls the card out, or puts it back.
    ///
    /// @return whether it is in the reader now
    boolean toggle() {
        if (readers.eject(reader).isPresent()) {
            return false;
        }
        readers.insert(reader, card.card());
        return true;
    }

    boolean personalised() {
        return certificates().size() == 2;
    }

    CardNumber number() {
        try (CardSession session = PivCards.open(cardReader())) {
            return session.cardNumber();
        }
    }

    /// Signature first, encryption second, as far as present.
    List<Certificate> certificates() {
        try (CardSession session = PivCards.open(cardReader())) {
            List<Certificate> certificates = new ArrayList<>();
            session.certificate(KeySlot.DIGITAL_SIGNATURE).ifPresent(certificates::add);
            session.certificate(KeySlot.KEY_MANAGEMENT).ifPresent(certificates::add);
            return certificates;
        }
    }

    /// Makes the keys on the card and gives them their first certificates.
    void personalise(CertificationAuthority ca) {
        Map<KeySlot, String> profiles =
                new TreeMap<>(
                        Map.of(
                                KeySlot.DIGITAL_SIGNATURE, StandardProfiles.HOLDER_SIGNATURE,
                                KeySlot.KEY_MANAGEMENT, StandardProfiles.HOLDER_ENCRYPTION));
        profiles.forEach((slot, profile) -> {
            PublicKey key = card.card().generate(slot, KeyAlgorithm.RSA_2048);
            card.card().install(slot, issue(ca, profile, key));
        });
    }

    /// The key was made on the card in front of the authority: that is the proof of possession.
    private static Certificate issue(CertificationAuthority ca, String profile, PublicKey key) {
        CertificationRequest request =
                new CertificationRequest(
                        UUID.randomUUID(),
                        profile,
                        new X500Principal(HOLDER, Map.of("SERIALNUMBER", "2.5.4.5")),
                        key,
                        ProofOfPossession.SIGNATURE,
                        Optional.empty(),
                        Optional.empty());
        return switch (ca.issue(request)) {
            case IssueOutcome.Accepted(var certificate) -> certificate;
            case IssueOutcome.Waiting(var after) ->
                    throw new Failure(Problem.WAITING_FOR_APPROVAL, "retry after " + after);
            case IssueOutcome.Rejection(var reason, var text) ->
                    throw new Failure(Problem.LINT_REFUSED, reason + ": " + text);
        };
    }

    private ApduReader cardReader() {
        return readers.list().getFirst();
    }

    /// 0088, and twelve digits at random.
    private static CardNumber newNumber(SecureRandom random) {
        return new CardNumber("0088%012d".formatted(random.nextLong(1_000_000_000_000L)));
    }

    @Override
    public void close() {
        card.close();
    }
}
