// SPDX-License-Identifier: Apache-2.0
package perennial.cli.sweep;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.KeyAgreement;
import perennial.card.CardException;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.card.Pin;
import perennial.card.PinOutcome;
import perennial.core.certificate.Certificate;

/// What must be true of a card after a renewal, however it was broken; each complaint is a
/// sentence.
final class Verdict {
    private static final int TRIES = 3;
    private static final byte[] MESSAGE = "perennial".getBytes(StandardCharsets.UTF_8);

    private final SweptToken token;
    private final SweepAuthority authority;
    private final List<String> complaints = new ArrayList<>();

    private Verdict(SweptToken token, SweepAuthority authority) {
        this.token = token;
        this.authority = authority;
    }

    /// Whether every certificate on the card belongs to a key that works, right now.
    static boolean usable(SweptToken token) {
        try (CardSession session = token.look()) {
            if (!verified(session, token)) {
                return false;
            }
            Map<KeySlot, Certificate> held = held(session);
            if (held.size() != token.old().size()) {
                return false;
            }
            return held.entrySet().stream()
                    .allMatch(e -> works(session, e.getKey(), e.getValue()).isEmpty());
        } catch (CardException e) {
            return false;
        }
    }

    /// Everything that is wrong after the end; empty when the holder has lost nothing.
    ///
    /// @param room what [SweptToken#room] was at the beginning
    static List<String> complaints(SweptToken token, SweepAuthority authority, int room) {
        Verdict verdict = new Verdict(token, authority);
        try {
            int taken = room - token.room();
            try (CardSession session = token.look()) {
                verdict.look(session, taken);
            }
        } catch (CardException e) {
            verdict.complaints.add("the card fails: " + e.getMessage());
        }
        return List.copyOf(verdict.complaints);
    }

    private void look(CardSession session, int taken) {
        if (session.triesLeft() != TRIES) {
            complaints.add("PIN tries left: " + session.triesLeft());
        }
        if (!verified(session, token)) {
            complaints.add("the PIN is not taken");
            return;
        }
        Map<KeySlot, Certificate> held = held(session);
        for (Certificate old : token.old()) {
            renewed(session, old, held);
        }
        session.note().ifPresent(_ -> complaints.add("the card still has a note"));
        if (taken != keptForOldMail(held)) {
            complaints.add(
                    "keys more than before: expected %d, got %d"
                            .formatted(keptForOldMail(held), taken));
        }
    }

    private void renewed(CardSession session, Certificate old, Map<KeySlot, Certificate> held) {
        List<Certificate> issued = authority.successors(old);
        if (issued.size() != 1) {
            complaints.add("certificates issued for %s: %d".formatted(old, issued.size()));
            return;
        }
        Certificate fresh = issued.getFirst();
        Optional<KeySlot> slot =
                held.entrySet().stream()
                        .filter(e -> e.getValue().equals(fresh))
                        .map(Map.Entry::getKey)
                        .findFirst();
        if (slot.isEmpty()) {
            complaints.add("the certificate issued is not on the card: " + fresh);
            return;
        }
        works(session, slot.get(), fresh).ifPresent(complaints::add);
        if (!authority.isGood(fresh)) {
            complaints.add("the certificate on the card is not good: " + fresh);
        }
        if (!authority.successors(fresh).isEmpty()) {
            complaints.add("renewed twice: " + fresh);
        }
        if (authority.facts(old, "CONFIRMED") != 1) {
            complaints.add("confirmed %d times".formatted(authority.facts(old, "CONFIRMED")));
        }
    }

    /// Replaced keys for decryption stay on the card.
    private int keptForOldMail(Map<KeySlot, Certificate> held) {
        Optional<Certificate> now = Optional.ofNullable(held.get(KeySlot.KEY_MANAGEMENT));
        boolean keyChanged =
                now.isPresent()
                        && token.old().stream()
                                .noneMatch(o -> o.publicKey().equals(now.get().publicKey()));
        return keyChanged ? 1 : 0;
    }

    private static boolean verified(CardSession session, SweptToken token) {
        char[] characters = token.pin();
        try (Pin pin = Pin.of(characters)) {
            return session.verify(pin) instanceof PinOutcome.Verified;
        } finally {
            Arrays.fill(characters, '\0');
        }
    }

    private static Map<KeySlot, Certificate> held(CardSession session) {
        Map<KeySlot, Certificate> held = new EnumMap<>(KeySlot.class);
        for (KeySlot slot : List.of(KeySlot.DIGITAL_SIGNATURE, KeySlot.KEY_MANAGEMENT)) {
            session.certificate(slot).ifPresent(c -> held.put(slot, c));
        }
        return held;
    }

    /// @return what is wrong with the slot's key
    private static Optional<String> works(
            CardSession session, KeySlot slot, Certificate certificate) {
        try {
            boolean right =
                    slot == KeySlot.KEY_MANAGEMENT
                            ? agrees(session, slot, certificate)
                            : signs(session, slot, certificate);
            return right ? Optional.empty() : Optional.of(slot + ": the key is another one");
        } catch (CardException e) {
            return Optional.of("%s: %s".formatted(slot, e.getMessage()));
        } catch (GeneralSecurityException e) {
            return Optional.of("%s: %s".formatted(slot, e));
        }
    }

    private static boolean signs(CardSession session, KeySlot slot, Certificate certificate)
            throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initVerify(certificate.publicKey());
        signature.update(MESSAGE);
        return signature.verify(session.signer(slot).sign(MESSAGE));
    }

    private static boolean agrees(CardSession session, KeySlot slot, Certificate certificate)
            throws GeneralSecurityException {
        ECPublicKey key = (ECPublicKey) certificate.publicKey();
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(key.getParams());
        KeyPair ephemeral = generator.generateKeyPair();
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(ephemeral.getPrivate());
        agreement.doPhase(key, true);
        byte[] ours = agreement.generateSecret();
        byte[] cards =
                session.decipherer(slot).decipher(point((ECPublicKey) ephemeral.getPublic()));
        return MessageDigest.isEqual(ours, cards);
    }

    /// Uncompressed (SEC 1 2.3.3), of a P-256 key.
    private static byte[] point(ECPublicKey key) {
        byte[] spki = key.getEncoded();
        return Arrays.copyOfRange(spki, spki.length - 65, spki.length);
    }
}
