// SPDX-License-Identifier: Apache-2.0
package perennial.agent.renewal;

import java.security.PublicKey;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import perennial.card.CardException;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.SignatureAlgorithm;
import perennial.core.crypto.Signer;
import perennial.protocol.cmp.CmpClient.Protection;

/// Which of the card's keys protects which message.
///
/// A key that may sign protects its own certificate's messages, with the old certificate from
/// beginning to end. The encryption key must not: the holder's signature key does it, with the
/// certificate that the card carries now, old or new, since the same holder is what counts.
final class HolderSignatures implements ReKey.Signatures {
    private final CardSession session;
    private final Runnable afterSigning;

    /// Slots whose key and certificate do not fit together now.
    private final Set<KeySlot> unfit = new HashSet<>();

    /// @param afterSigning called when a message has its protection: what follows is sending it
    HolderSignatures(CardSession session, Runnable afterSigning) {
        this.session = session;
        this.afterSigning = afterSigning;
    }

    /// The slot's key is being replaced and cannot sign for its certificate.
    void without(KeySlot slot) {
        unfit.add(slot);
    }

    void with(KeySlot slot) {
        unfit.remove(slot);
    }

    Protection.BySignature of(RenewalRun run) {
        return run.subject().slot() == KeySlot.KEY_MANAGEMENT ? ofHolder(run.old()) : ofOld(run);
    }

    @Override
    public Protection.BySignature ofOld(RenewalRun run) {
        return by(session.signer(run.subject().slot()), run.old());
    }

    /// @throws CardException NO_CERTIFICATE when the card has no such key now
    @Override
    public Protection.BySignature ofHolder(Certificate subject) {
        for (KeySlot signing : List.of(KeySlot.DIGITAL_SIGNATURE, KeySlot.AUTHENTICATION)) {
            Optional<Certificate> held =
                    session.certificate(signing)
                            .filter(c -> c.subject().equals(subject.subject()))
                            .filter(_ -> !unfit.contains(signing));
            if (held.isPresent()) {
                return by(session.signer(signing), held.get());
            }
        }
        throw new CardException(
                Problem.NO_CERTIFICATE, "no signature certificate of this holder on the card");
    }

    @Override
    public Protection.BySignature by(Signer signer, Certificate certificate) {
        return new Protection.BySignature(new LastSignature(signer), certificate);
    }

    /// The protection is the last thing made of a message.
    private final class LastSignature implements Signer {
        private final Signer card;

        LastSignature(Signer card) {
            this.card = card;
        }

        @Override
        public SignatureAlgorithm algorithm() {
            return card.algorithm();
        }

        @Override
        public PublicKey publicKey() {
            return card.publicKey();
        }

        @Override
        public byte[] sign(byte[] message) {
            byte[] signature = card.sign(message);
            afterSigning.run();
            return signature;
        }
    }
}
