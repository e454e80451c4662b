// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.unlock;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERSequence;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.protocol.cmp.Credential;

/// The authority's answers.
public final class UnlockResponse {
    static final byte[] SIGNATURE_LABEL =
            "perennial unlock response 1".getBytes(StandardCharsets.US_ASCII);

    /// A PUK as the card takes it, filled up with FF.
    static final int PUK = 8;

    private static final int FILLER = 0xFF;

    private UnlockResponse() {}

    /// The media type of the messages over HTTP.
    public static final String MEDIA_TYPE = "application/vnd.perennial.unlock";

    /// Answers a request that was proved.
    ///
    /// @param puk visible ASCII, at most eight octets; stays the caller's to wipe
    /// @param until how long it may be used
    public static byte[] answer(
            UnlockRequest request,
            byte[] puk,
            Instant until,
            Credential credential,
            SecureRandom random) {
        KeyPair ephemeral = UnlockKeys.generate(random);
        byte[] point = UnlockKeys.point(ephemeral.getPublic());
        byte[] padded = new byte[PUK];
        Arrays.fill(padded, (byte) FILLER);
        System.arraycopy(puk, 0, padded, 0, puk.length);
        byte[] sealed;
        try {
            sealed =
                    UnlockKeys.cipher(
                            Cipher.ENCRYPT_MODE,
                            ephemeral,
                            request.point(),
                            point,
                            new UnlockKeys.Sealed(request.digest(), padded));
        } catch (GeneralSecurityException e) {
            throw new UnlockMessageException(Problem.REQUEST_INVALID, "not a point of P-256", e);
        } finally {
            Arrays.fill(padded, (byte) 0);
        }
        DERSequence body =
                UnlockSyntax.sequence(
                        UnlockSyntax.version(),
                        UnlockSyntax.octets(request.digest()),
                        UnlockSyntax.text(request.card()),
                        UnlockSyntax.time(until),
                        UnlockSyntax.octets(point),
                        UnlockSyntax.octets(sealed));
        byte[] signature =
                credential.signer().sign(UserCode.joined(SIGNATURE_LABEL, UnlockSyntax.der(body)));
        return UnlockSyntax.der(
                UnlockSyntax.sequence(
                        body, UnlockSyntax.octets(signature), certificates(credential)));
    }

    private static DERSequence certificates(Credential credential) {
        List<Certificate> all = new ArrayList<>();
        all.add(credential.certificate());
        all.addAll(credential.chain());
        return new DERSequence(
                all.stream().map(UnlockResponse::encoded).toArray(ASN1Encodable[]::new));
    }

    private static ASN1Encodable encoded(Certificate certificate) {
        try {
            return ASN1Primitive.fromByteArray(certificate.der());
        } catch (IOException e) {
            throw new IllegalStateException("a certificate is DER", e);
        }
    }

    /// The same answer for everything that is refused.
    public static byte[] refusal() {
        return UnlockSyntax.refusal();
    }

    /// The text form of a message, for people who carry it by hand.
    public static String text(byte[] message) {
        return UnlockSyntax.text(message);
    }

    /// Whether the message came in the text form.
    public static boolean isText(byte[] message) {
        return UnlockSyntax.isText(message);
    }
}
