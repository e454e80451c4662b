// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import java.security.PublicKey;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import perennial.card.CardException;
import perennial.card.KeyReplacement;
import perennial.card.KeySlot;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.KeyUsage;
import perennial.core.crypto.Decipherer;
import perennial.core.crypto.KeyAlgorithm;
import perennial.core.crypto.Signer;

/// A new key beside the old one, on cards that move keys: [perennial.card.ReKeyWay#BESIDE].
///
/// Two free retired containers are chosen first and written down on the card ([ReKeyPlan]): the
/// *spare* one, in which the new key is made, and the lower one, in which the old key is *parked*
/// when the new one takes the slot. Lower, because readers of the key history look from the lowest
/// up. What has been done is then seen from where the keys are (old, new, none; certificates in
/// small letters, `O/o` being the old pair):
///
/// | state | slot | spare | parked | left by |
/// |---|---|---|---|---|
/// | nothing begun | O/o | – | – | PUT DATA of the plan |
/// | planned | O/o | – | – | GENERATE in the spare container |
/// | waiting | O/o | N/– | – | [#install]: PUT DATA, spare |
/// | certified | O/o | N/n | – | PUT DATA, parked |
/// | copied | O/o | N/n | –/o | MOVE slot to parked |
/// | parked | –/o | N/n | O/o | MOVE spare to slot |
/// | switched | N/o | –/n | O/o | PUT DATA, slot |
/// | installed | N/n | –/n | O/o | PUT DATA, spare emptied |
/// | cleared | N/n | – | O/o | [#retire]: DELETE, parked |
/// | deleted | N/n | – | –/o | PUT DATA, parked emptied |
/// | finished | N/n | – | – | PUT DATA of the plan, emptied |
///
/// Every method looks where the keys are and goes on from there, so a cut at any command costs
/// nothing. From *parked* to *switched* the slot's key and certificate do not belong together; both
/// pairs are whole in their containers, [#signer] and [#oldSigner] find them there, and [#install]
/// leaves these states with its next commands. The slot shows the fresh certificate only after its
/// key is in the slot. A key that deciphers ends in *cleared*, with a key history that names it,
/// and the plan emptied.
final class KeyBeside implements KeyReplacement {
    private final PivCard card;
    private final KeySlot slot;
    private final Container home;

    KeyBeside(PivCard card, KeySlot slot) {
        this.card = card;
        this.slot = slot;
        this.home = Container.of(slot);
    }

    /// The retired containers with neither a key nor a certificate that no replacement counts on,
    /// lowest first, looked for one by one.
    static Stream<Container> free(PivCard card) {
        Set<Container> planned =
                plans(card)
                        .flatMap(plan -> Stream.of(plan.spare(), plan.parked()))
                        .collect(Collectors.toSet());
        return Container.retired().stream()
                .filter(c -> !planned.contains(c))
                .filter(c -> card.keys().metadata(c).isEmpty())
                .filter(c -> card.objects().isEmpty(c.certificateObject()));
    }

    /// Whether a replacement is under way for any slot.
    static boolean underWay(PivCard card) {
        return plans(card).findAny().isPresent();
    }

    private static Stream<ReKeyPlan> plans(PivCard card) {
        return Stream.of(KeySlot.values()).flatMap(slot -> plan(card, slot).stream());
    }

    @Override
    public PublicKey generate(KeyAlgorithm algorithm) {
        card.prepareToWrite();
        Optional<ReKeyPlan> plan = plan(card, slot);
        if (plan.isPresent() && isParked(plan.get())) {
            return made(plan.get().spare());
        }
        ReKeyPlan usable = plan.filter(this::isOpen).orElseGet(this::newPlan);
        return card.keys().generate(usable.spare(), slot, algorithm, keyIn(home));
    }

    @Override
    public Optional<PublicKey> generated() {
        return plan(card, slot)
                .flatMap(plan ->
                        keyIn(plan.spare())
                                .or(() -> keyIn(plan.parked()).flatMap(_ -> keyIn(home))))
                .flatMap(KeyMetadata::publicKey);
    }

    @Override
    public boolean holds(PublicKey key) {
        return newKey(key).isPresent();
    }

    @Override
    public Signer signer(PublicKey key) {
        return require(newKey(key));
    }

    @Override
    public Decipherer decipherer(PublicKey key) {
        return require(newKey(key));
    }

    @Override
    public Signer oldSigner(Certificate old) {
        PublicKey key = old.publicKey();
        return require(
                used(home, key)
                        .or(() -> plan(card, slot).flatMap(plan -> used(plan.parked(), key))));
    }

    @Override
    public void install(Certificate fresh) {
        card.prepareToWrite();
        PublicKey key = fresh.publicKey();
        Optional<ReKeyPlan> plan = plan(card, slot);
        if (used(home, key).isEmpty()) {
            ReKeyPlan open = plan.orElseThrow(() -> noKey(key));
            SlotKey waiting = used(open.spare(), key).orElseThrow(() -> noKey(key));
            card.objects().ensure(open.spare().certificateObject(), fresh);
            card.keys().prove(slot, waiting);
            park(open);
            card.keys().move(open.spare(), home);
        }
        card.objects().ensure(home.certificateObject(), fresh);
        card.keys().prove(slot, require(used(home, key)));
        plan.ifPresent(this::clearSpare);
    }

    @Override
    public void retire(Certificate old) {
        Optional<ReKeyPlan> plan = plan(card, slot);
        if (plan.isEmpty()) {
            return;
        }
        card.prepareToWrite();
        requireInstalled(old);
        Container parked = plan.get().parked();
        boolean held = used(parked, old.publicKey()).isPresent();
        if (held && deciphers(old)) {
            card.objects().ensure(parked.certificateObject(), old);
            writeHistory();
        } else {
            if (held) {
                card.keys().delete(parked);
            }
            if (keyIn(parked).isEmpty()) {
                clear(parked);
            }
        }
        clearSpare(plan.get());
        card.objects().erase(ReKeyPlan.object(slot));
    }

    @Override
    public void abandon() {
        Optional<ReKeyPlan> plan = plan(card, slot);
        if (plan.isEmpty() || isSwitched(plan.get())) {
            return;
        }
        card.prepareToWrite();
        Container spare = plan.get().spare();
        Container parked = plan.get().parked();
        if (keyIn(parked).isPresent()) {
            card.keys().move(parked, home);
        }
        if (keyIn(spare).isPresent()) {
            card.keys().delete(spare);
        }
        clear(spare);
        clear(parked);
        card.objects().erase(ReKeyPlan.object(slot));
    }

    private static Optional<ReKeyPlan> plan(PivCard card, KeySlot slot) {
        return ReKeyPlan.decode(card.objects().content(ReKeyPlan.object(slot)));
    }

    private ReKeyPlan newPlan() {
        Iterator<Container> free = free(card).limit(2).iterator();
        if (!free.hasNext()) {
            throw full();
        }
        Container parked = free.next();
        if (!free.hasNext()) {
            throw full();
        }
        ReKeyPlan plan = new ReKeyPlan(free.next(), parked);
        card.objects().write(ReKeyPlan.object(slot), plan.encoded());
        return plan;
    }

    private static CardException full() {
        return new CardException(Problem.CARD_FULL, "fewer than two free retired containers");
    }

    /// Whether a key may be made in the plan's spare container: the parked one is free, and no
    /// certificate depends on a key that is overwritten.
    private boolean isOpen(ReKeyPlan plan) {
        if (keyIn(plan.parked()).isPresent()) {
            return false;
        }
        Optional<PublicKey> waiting = keyIn(plan.spare()).flatMap(KeyMetadata::publicKey);
        return waiting.isEmpty()
                || !card.objects()
                        .certificate(plan.spare().certificateObject())
                        .map(Certificate::publicKey)
                        .equals(waiting);
    }

    /// Between the two moves.
    private boolean isParked(ReKeyPlan plan) {
        return keyIn(home).isEmpty()
                && keyIn(plan.parked()).isPresent()
                && keyIn(plan.spare()).isPresent();
    }

    private boolean isSwitched(ReKeyPlan plan) {
        return keyIn(home).isPresent()
                && keyIn(plan.parked()).isPresent()
                && keyIn(plan.spare()).isEmpty();
    }

    /// Takes the old key out of the slot, its certificate first.
    private void park(ReKeyPlan plan) {
        Optional<KeyMetadata> old = keyIn(home);
        if (old.isEmpty()) {
            return;
        }
        card.objects()
                .certificate(home.certificateObject())
                .filter(certificate -> old.get().isOf(certificate.publicKey()))
                .ifPresent(certificate ->
                        card.objects().ensure(plan.parked().certificateObject(), certificate));
        card.keys().move(home, plan.parked());
    }

    private void requireInstalled(Certificate old) {
        Optional<PublicKey> certified =
                card.objects().certificate(home.certificateObject()).map(Certificate::publicKey);
        boolean installed =
                certified.isPresent()
                        && !certified.get().equals(old.publicKey())
                        && used(home, certified.get()).isPresent();
        if (!installed) {
            throw CardKeys.notReplaceable("no new key has taken %s".formatted(slot));
        }
    }

    private boolean deciphers(Certificate old) {
        return slot == KeySlot.KEY_MANAGEMENT || old.keyUsages().stream().anyMatch(this::opens);
    }

    private boolean opens(KeyUsage usage) {
        return switch (usage) {
            case KEY_ENCIPHERMENT, DATA_ENCIPHERMENT, KEY_AGREEMENT -> true;
            case DIGITAL_SIGNATURE, NON_REPUDIATION, KEY_CERT_SIGN, CRL_SIGN -> false;
        };
    }

    /// Counted anew each time, so that twice does no harm: up to the highest retired key with a
    /// certificate.
    private void writeHistory() {
        KeyHistory held = KeyHistory.decode(card.objects().content(KeyHistory.OBJECT));
        int onCard =
                Container.retired().stream()
                        .filter(c -> keyIn(c).isPresent())
                        .filter(c -> !card.objects().isEmpty(c.certificateObject()))
                        .mapToInt(Container::number)
                        .max()
                        .orElse(0);
        card.objects().write(KeyHistory.OBJECT, held.withOnCard(onCard).encoded());
    }

    private void clearSpare(ReKeyPlan plan) {
        if (keyIn(plan.spare()).isEmpty()) {
            clear(plan.spare());
        }
    }

    private void clear(Container container) {
        if (!card.objects().isEmpty(container.certificateObject())) {
            card.objects().erase(container.certificateObject());
        }
    }

    private Optional<SlotKey> newKey(PublicKey key) {
        return used(home, key).or(() -> plan(card, slot).flatMap(plan -> used(plan.spare(), key)));
    }

    private Optional<SlotKey> used(Container container, PublicKey key) {
        return keyIn(container)
                .filter(metadata -> metadata.isOf(key))
                .map(metadata -> card.keys().use(slot, container, key, Optional.of(metadata)));
    }

    private Optional<KeyMetadata> keyIn(Container container) {
        return card.keys().metadata(container);
    }

    private PublicKey made(Container spare) {
        return keyIn(spare)
                .flatMap(KeyMetadata::publicKey)
                .orElseThrow(() -> CardKeys.notReplaceable("no key waits in " + spare));
    }

    private SlotKey require(Optional<SlotKey> key) {
        return key.orElseThrow(
                () -> CardKeys.notReplaceable("the card does not hold this key for " + slot));
    }

    private CardException noKey(PublicKey key) {
        return CardKeys.notReplaceable(
                "no %s key of the certificate waits for %s".formatted(key.getAlgorithm(), slot));
    }
}
