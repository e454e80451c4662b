// SPDX-License-Identifier: Apache-2.0
package perennial.cli.sweep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import perennial.card.CardReaders;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.card.piv.PivCards;
import perennial.card.piv.PivReaders;
import perennial.cli.sweep.SweepCase.RenewalMode;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyAlgorithm;
import perennial.virtualcard.ManagementKey;
import perennial.virtualcard.Personalisation;
import perennial.virtualcard.ProductGeneration;
import perennial.virtualcard.VirtualCard;

/// A virtual PIV card in a virtual reader.
final class PivToken implements SweptToken {
    private static final char[] PIN = {'1', '2', '3', '4', '5', '6'};
    private static final char[] PUK = {'8', '7', '6', '5', '4', '3', '2', '1'};

    private final SecureRandom random;
    private final Breaker breaker;
    private final CardPlace place;
    private final List<Certificate> old = new ArrayList<>();
    private VirtualCard card;

    PivToken(
            RenewalMode mode,
            CardNumber number,
            SweepAuthority authority,
            CardPlace place,
            Breaker breaker,
            SecureRandom random) {
        this.random = random;
        this.breaker = breaker;
        this.place = place;
        this.card = VirtualCard.create(personalisation(mode, number), random);
        for (KeySlot slot : RenewalSlots.of(mode)) {
            Certificate certificate =
                    authority.firstCertificate(
                            number, slot, card.generate(slot, KeyAlgorithm.P_256));
            card.install(slot, certificate);
            old.add(certificate);
        }
        place.insert(card);
    }

    private static Personalisation personalisation(RenewalMode mode, CardNumber number) {
        return new Personalisation(
                number,
                PIN,
                PUK,
                mode == RenewalMode.RE_KEY_BESIDE
                        ? ProductGeneration.WITH_MOVE
                        : ProductGeneration.STANDARD,
                ManagementKey.BEHIND_PIN);
    }

    @Override
    public List<Certificate> old() {
        return List.copyOf(old);
    }

    @Override
    public CardReaders readers() {
        return new PivReaders(new BreakingReaders(place.readers(), breaker), random);
    }

    @Override
    public String reader() {
        return place.reader();
    }

    @Override
    public int room() {
        try (CardSession session = look()) {
            return session.abilities().freeContainers();
        }
    }

    @Override
    public void insertAgain() {
        VirtualCard before = place.eject();
        card = VirtualCard.ofSnapshot(before.snapshot(), random);
        place.insert(card);
    }

    /// The card goes into a file, for another process.
    void moveTo(Path file) {
        VirtualCard before = place.eject();
        try {
            Files.deleteIfExists(file);
            VirtualCard.keep(file, before.snapshot());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The card comes back as the other process has left it.
    void takeFrom(Path file) {
        try {
            card = VirtualCard.open(file, random);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        place.insert(card);
    }

    @Override
    public CardSession look() {
        return PivCards.open(place.readers().list().getFirst(), random);
    }

    @Override
    public char[] pin() {
        return PIN.clone();
    }

    @Override
    public void close() {
        place.eject().close();
    }
}
