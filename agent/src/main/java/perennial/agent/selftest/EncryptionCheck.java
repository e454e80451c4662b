// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import perennial.agent.selftest.Fact.Label;
import perennial.card.CardException;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.protocol.cms.CmsException;
import perennial.protocol.cms.EncipheredFile;

/// Does the card decipher what was enciphered for its certificate?
final class EncryptionCheck implements Check {
    private static final int CONTENT = 32;

    @Override
    public Topic topic() {
        return Topic.ENCRYPTION;
    }

    @Override
    public Set<Topic> needs() {
        return Set.of(Topic.PIN);
    }

    @Override
    public Finding look(Examination examination) {
        CardSession card = examination.card();
        Optional<Certificate> certificate = examination.certificate(KeySlot.KEY_MANAGEMENT);
        Optional<Problem> mismatch =
                SignatureCheck.mismatch(
                        card.keyPresence(KeySlot.KEY_MANAGEMENT),
                        certificate,
                        Problem.NO_ENCRYPTION_CERTIFICATE);
        if (mismatch.isPresent()) {
            return Finding.Failed.with(mismatch.get());
        }
        try {
            return deciphers(examination, card, certificate.orElseThrow())
                    ? Finding.Passed.with(
                            new Fact(
                                    Label.KEY,
                                    certificate.orElseThrow().publicKey().getAlgorithm()))
                    : Finding.Failed.with(Problem.KEY_NOT_OF_CERTIFICATE);
        } catch (CardException e) {
            return SignatureCheck.unusable(e);
        } catch (CmsException e) {
            return Finding.Failed.with(
                    Problem.KEY_NOT_OF_CERTIFICATE,
                    new Fact(Label.REASON, String.valueOf(e.getMessage())));
        }
    }

    private static boolean deciphers(
            Examination examination, CardSession card, Certificate certificate) {
        byte[] content = new byte[CONTENT];
        examination.random().nextBytes(content);
        ByteArrayOutputStream enciphered = new ByteArrayOutputStream();
        ByteArrayOutputStream deciphered = new ByteArrayOutputStream();
        try {
            EncipheredFile.encipher(
                    certificate,
                    new ByteArrayInputStream(content),
                    enciphered,
                    examination.random());
            EncipheredFile.decipher(
                    card.decipherer(KeySlot.KEY_MANAGEMENT),
                    certificate,
                    new ByteArrayInputStream(enciphered.toByteArray()),
                    deciphered,
                    examination.random());
        } catch (IOException e) {
            return false;
        }
        return MessageDigest.isEqual(content, deciphered.toByteArray());
    }
}
