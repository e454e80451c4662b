// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.util.Optional;
import java.util.Set;
import perennial.agent.selftest.Fact.Label;
import perennial.card.CardException;
import perennial.card.CardSession;
import perennial.card.KeyPresence;
import perennial.card.KeySlot;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.Signer;

/// Does the card sign, with the key of its certificate? The signature is verified with the
/// certificate's public key by whoever talks to the card.
final class SignatureCheck implements Check {
    private static final int CHALLENGE = 32;

    @Override
    public Topic topic() {
        return Topic.SIGNATURE;
    }

    @Override
    public Set<Topic> needs() {
        return Set.of(Topic.PIN);
    }

    @Override
    public Finding look(Examination examination) {
        CardSession card = examination.card();
        KeySlot slot = examination.signing();
        Optional<Certificate> certificate = examination.certificate(slot);
        Optional<Problem> mismatch =
                mismatch(card.keyPresence(slot), certificate, Problem.NO_CERTIFICATE);
        if (mismatch.isPresent()) {
            return Finding.Failed.with(mismatch.get());
        }
        byte[] challenge = new byte[CHALLENGE];
        examination.random().nextBytes(challenge);
        Signer signer = card.signer(slot);
        try {
            byte[] _ = signer.sign(challenge);
        } catch (CardException e) {
            return unusable(e);
        }
        return Finding.Passed.with(new Fact(Label.KEY, signer.algorithm().jdkName()));
    }

    /// What does not fit in a slot, as far as the card tells without the key being used.
    ///
    /// @param without what it means that there is neither key nor certificate
    static Optional<Problem> mismatch(
            KeyPresence key, Optional<Certificate> certificate, Problem without) {
        if (certificate.isEmpty()) {
            return Optional.of(
                    key instanceof KeyPresence.Present ? Problem.KEY_WITHOUT_CERTIFICATE : without);
        }
        return switch (key) {
            case KeyPresence.Untold _ -> Optional.empty();
            case KeyPresence.Absent _ -> Optional.of(Problem.CERTIFICATE_WITHOUT_KEY);
            case KeyPresence.Present(var there) ->
                    there.equals(certificate.get().publicKey())
                            ? Optional.empty()
                            : Optional.of(Problem.KEY_NOT_OF_CERTIFICATE);
        };
    }

    /// A card that does not tell its keys answers a wrong or missing one with something that no
    /// right key does.
    static Finding unusable(CardException e) {
        return Finding.Failed.with(
                e.problem() == Problem.CARD_ANSWER_INVALID
                        ? Problem.KEY_NOT_OF_CERTIFICATE
                        : e.problem(),
                new Fact(Label.REASON, String.valueOf(e.getMessage())));
    }
}
