// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import perennial.agent.PinEntry;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.core.certificate.Certificate;

/// One examination: what is looked at, and what earlier checks leave for later ones. Not safe for
/// use by many threads.
final class Examination implements AutoCloseable {
    private final Surroundings surroundings;
    private final Asked asked;
    private final Map<KeySlot, Certificate> certificates = new EnumMap<>(KeySlot.class);
    private @Nullable String reader;
    private @Nullable CardSession session;
    private @Nullable Instant serverTime;
    private @Nullable Duration ahead;

    Examination(Surroundings surroundings, Asked asked) {
        this.surroundings = surroundings;
        this.asked = asked;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    Asked asked() {
        return asked;
    }

    SecureRandom random() {
        return surroundings.random();
    }

    Optional<PinEntry> pin() {
        return asked.pin();
    }

    void chose(String name) {
        reader = name;
    }

    /// The reader with the card; after [Topic#READERS] has passed.
    String reader() {
        return Optional.ofNullable(reader).orElseThrow();
    }

    void opened(CardSession opened) {
        session = opened;
    }

    /// The card; after [Topic#CARD] has passed, until it is given back.
    CardSession card() {
        return Optional.ofNullable(session).orElseThrow();
    }

    void read(KeySlot slot, Certificate certificate) {
        certificates.put(slot, certificate);
    }

    /// What was read from the card, also when it is not there any more.
    Optional<Certificate> certificate(KeySlot slot) {
        return Optional.ofNullable(certificates.get(slot));
    }

    /// The slot that signs: the signature key, or the authentication key of a card without one.
    KeySlot signing() {
        return certificates.containsKey(KeySlot.DIGITAL_SIGNATURE)
                        || !certificates.containsKey(KeySlot.AUTHENTICATION)
                ? KeySlot.DIGITAL_SIGNATURE
                : KeySlot.AUTHENTICATION;
    }

    void answered(Instant server, Duration clockAhead) {
        serverTime = server;
        ahead = clockAhead;
    }

    /// A registration authority's time when it answered, where one said it.
    Optional<Instant> serverTime() {
        return Optional.ofNullable(serverTime);
    }

    /// How much later it was by this computer's clock then; negative when earlier.
    Duration ahead() {
        return Optional.ofNullable(ahead).orElse(Duration.ZERO);
    }

    /// Gives the card back to others; may be called again.
    void giveBack() {
        if (session != null) {
            session.close();
            session = null;
        }
    }

    @Override
    public void close() {
        giveBack();
    }
}
