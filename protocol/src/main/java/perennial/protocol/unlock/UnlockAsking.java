// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.unlock;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.SignatureAlgorithm;
import perennial.protocol.cms.CertificateChain;

/// One request of a holder, and the key that its answer is for.
public final class UnlockAsking {
    /// id-kp-cmcRA (RFC 6402 2.10): who may answer.
    private static final String REGISTRATION_AUTHORITY = "1.3.6.1.5.5.7.3.28";

    private static final int MAX_CERTIFICATES = 8;
    private static final int BODY_PARTS = 6;
    private static final int DIGEST = 32;
    private static final int SEALED = UnlockResponse.PUK + 16;

    private final byte[] request;
    private final KeyPair key;

    private UnlockAsking(byte[] request, KeyPair key) {
        this.request = request;
        this.key = key;
    }

    /// @param userCode stays the caller's to wipe
    /// @throws IllegalArgumentException when it has not the form of a user code
    public static UnlockAsking begin(
            CardNumber card, char[] userCode, Instant now, SecureRandom random) {
        KeyPair key = UnlockKeys.generate(random);
        byte[] nonce = new byte[UnlockRequest.NONCE];
        random.nextBytes(nonce);
        var body =
                UnlockSyntax.sequence(
                        UnlockSyntax.version(),
                        UnlockSyntax.text(card),
                        UnlockSyntax.time(now),
                        UnlockSyntax.octets(nonce),
                        UnlockSyntax.octets(UnlockKeys.point(key.getPublic())));
        byte[] verifier = UserCode.verifier(userCode, card);
        try {
            byte[] proof =
                    UnlockKeys.mac(verifier, UnlockRequest.PROOF_LABEL, UnlockSyntax.der(body));
            return new UnlockAsking(
                    UnlockSyntax.der(UnlockSyntax.sequence(body, UnlockSyntax.octets(proof))), key);
        } finally {
            Arrays.fill(verifier, (byte) 0);
        }
    }

    /// What goes to the authority; nothing in it is secret.
    public byte[] request() {
        return request.clone();
    }

    /// The asking as octets, to be kept in a file of the owner's alone until the answer is there.
    public byte[] saved() {
        return UnlockSyntax.der(
                UnlockSyntax.sequence(
                        UnlockSyntax.octets(request),
                        UnlockSyntax.octets(key.getPrivate().getEncoded()),
                        UnlockSyntax.octets(key.getPublic().getEncoded())));
    }

    /// @throws UnlockMessageException FILE_NOT_USABLE when it is not what [#saved] gave
    public static UnlockAsking restored(byte[] saved) {
        return UnlockSyntax.read(
                saved,
                Problem.FILE_NOT_USABLE,
                sequence -> {
                    try {
                        KeyFactory factory = KeyFactory.getInstance("EC");
                        PrivateKey privateKey =
                                factory.generatePrivate(
                                        new PKCS8EncodedKeySpec(octets(sequence, 1)));
                        PublicKey publicKey =
                                factory.generatePublic(new X509EncodedKeySpec(octets(sequence, 2)));
                        return new UnlockAsking(
                                octets(sequence, 0), new KeyPair(publicKey, privateKey));
                    } catch (GeneralSecurityException e) {
                        throw new IllegalArgumentException("not a key", e);
                    }
                });
    }

    private static byte[] octets(ASN1Sequence sequence, int at) {
        return ASN1OctetString.getInstance(sequence.getObjectAt(at)).getOctets();
    }

    public CardNumber card() {
        return UnlockRequest.read(request).card();
    }

    /// The PUK out of the answer; the caller wipes it and shows it to nobody.
    ///
    /// @param anchors whose registration authorities are believed
    /// @throws UnlockMessageException UNLOCK_REFUSED, or UNLOCK_ANSWER_INVALID when the answer is
    ///   not for this request, too old, or not by a registration authority that is believed
    public char[] puk(byte[] derOrText, List<Certificate> anchors, Instant now) {
        byte[] message = UnlockSyntax.octets(derOrText, Problem.UNLOCK_ANSWER_INVALID);
        if (UnlockSyntax.isRefusal(message)) {
            throw new UnlockMessageException(Problem.UNLOCK_REFUSED, "the authority refuses");
        }
        Answer answer =
                UnlockSyntax.read(message, Problem.UNLOCK_ANSWER_INVALID, UnlockAsking::answer);
        UnlockRequest asked = UnlockRequest.read(request);
        if (!believed(answer, anchors, now)) {
            throw invalid("not signed by a registration authority that is believed");
        }
        if (!MessageDigest.isEqual(answer.digest(), asked.digest())
                || !answer.card().equals(asked.card())) {
            throw invalid("the answer to another request");
        }
        if (now.isAfter(answer.until())) {
            throw invalid("the answer was good until " + answer.until());
        }
        return opened(asked, answer);
    }

    private record Answer(
            byte[] body,
            byte[] signature,
            List<Certificate> certificates,
            byte[] digest,
            CardNumber card,
            Instant until,
            byte[] point,
            byte[] sealed) {}

    private static Answer answer(ASN1Sequence message) {
        ASN1Sequence body = ASN1Sequence.getInstance(message.getObjectAt(0));
        UnlockSyntax.requireVersion(body, BODY_PARTS);
        ASN1Sequence given = ASN1Sequence.getInstance(message.getObjectAt(2));
        if (message.size() != 3 || given.size() < 1 || given.size() > MAX_CERTIFICATES) {
            throw new IllegalArgumentException("expected body, signature and certificates");
        }
        List<Certificate> certificates = new ArrayList<>();
        for (ASN1Encodable one : given) {
            certificates.add(Certificate.ofDer(UnlockSyntax.der(one)));
        }
        return new Answer(
                UnlockSyntax.der(body),
                octets(message, 1),
                certificates,
                UnlockSyntax.octets(body, 1, DIGEST),
                UnlockSyntax.card(body, 2),
                UnlockSyntax.time(body, 3),
                UnlockSyntax.octets(body, 4, UnlockKeys.POINT),
                UnlockSyntax.octets(body, 5, SEALED));
    }

    private static boolean believed(Answer answer, List<Certificate> anchors, Instant now) {
        Certificate signer = answer.certificates().getFirst();
        try {
            List<String> usages = signer.x509().getExtendedKeyUsage();
            Signature signature =
                    SignatureAlgorithm.forKey(signer.publicKey()).verifier(signer.publicKey());
            signature.update(UserCode.joined(UnlockResponse.SIGNATURE_LABEL, answer.body()));
            return usages != null
                    && usages.contains(REGISTRATION_AUTHORITY)
                    && signature.verify(answer.signature())
                    && !CertificateChain.find(signer, answer.certificates(), anchors, now)
                            .isEmpty();
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    private char[] opened(UnlockRequest asked, Answer answer) {
        byte[] padded = new byte[0];
        try {
            padded =
                    UnlockKeys.cipher(
                            Cipher.DECRYPT_MODE,
                            key,
                            asked.point(),
                            answer.point(),
                            new UnlockKeys.Sealed(asked.digest(), answer.sealed()));
            int length = padded.length;
            while (length > 0 && padded[length - 1] == (byte) 0xFF) {
                length--;
            }
            char[] puk = new char[length];
            for (int i = 0; i < length; i++) {
                puk[i] = (char) (padded[i] & 0xFF);
            }
            return puk;
        } catch (GeneralSecurityException e) {
            throw new UnlockMessageException(
                    Problem.UNLOCK_ANSWER_INVALID, "the answer is sealed for somebody else", e);
        } finally {
            Arrays.fill(padded, (byte) 0);
        }
    }

    private static UnlockMessageException invalid(String what) {
        return new UnlockMessageException(Problem.UNLOCK_ANSWER_INVALID, what);
    }
}
