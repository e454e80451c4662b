// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.List;
import java.util.UUID;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.cmp.CertConfirmContent;
import org.bouncycastle.asn1.cmp.CertRepMessage;
import org.bouncycastle.asn1.cmp.CertStatus;
import org.bouncycastle.asn1.cmp.ErrorMsgContent;
import org.bouncycastle.asn1.cmp.NestedMessageContent;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIMessage;
import org.bouncycastle.asn1.cmp.PKIStatus;
import org.bouncycastle.asn1.cmp.PKIStatusInfo;
import org.bouncycastle.asn1.cmp.RevRepContent;
import org.bouncycastle.asn1.crmf.CertReqMessages;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.cmp.GeneralPKIMessage;
import org.bouncycastle.cert.cmp.ProtectedPKIMessage;
import org.bouncycastle.cert.cmp.ProtectedPKIMessageBuilder;
import org.bouncycastle.cert.crmf.jcajce.JcaCertificateRequestMessageBuilder;
import org.bouncycastle.cert.crmf.jcajce.JcaOldCertIDControl;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.jcajce.JcePBMac1CalculatorBuilder;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.core.crypto.DigestAlgorithm;
import perennial.core.crypto.SignatureAlgorithm;
import perennial.protocol.cmp.SharedSecret;

/// Messages as BouncyCastle's own client classes make them, for whatever a well-behaved client
/// would not send, and its look at the answers.
final class BouncyCmp {
    private final X500Principal authority;

    BouncyCmp(X500Principal authority) {
        this.authority = authority;
    }

    /// A request in CRMF, proven by `proving`.
    static PKIBody request(
            int type, X500Principal subject, KeyPair key, KeyPair proving, CertificateId... old)
            throws Exception {
        var request =
                new JcaCertificateRequestMessageBuilder(BigInteger.ZERO)
                        .setSubject(subject)
                        .setPublicKey(key.getPublic())
                        .setProofOfPossessionSigningKeySigner(signer(proving));
        for (CertificateId id : old) {
            request.addControl(new JcaOldCertIDControl(id.issuer(), id.serialNumber().value()));
        }
        return new PKIBody(type, new CertReqMessages(request.build().toASN1Structure()));
    }

    static PKIBody certConf(Certificate certificate) {
        return new PKIBody(
                PKIBody.TYPE_CERT_CONFIRM,
                CertConfirmContent.getInstance(
                        new DERSequence(
                                new CertStatus(
                                        DigestAlgorithm.SHA_256.digest(certificate.der()),
                                        BigInteger.ZERO))));
    }

    static PKIBody rejection() {
        return new PKIBody(
                PKIBody.TYPE_CERT_CONFIRM, CertConfirmContent.getInstance(new DERSequence()));
    }

    static PKIBody nested(byte[]... messages) {
        return new PKIBody(
                PKIBody.TYPE_NESTED,
                new NestedMessageContent(
                        List.of(messages).stream()
                                .map(PKIMessage::getInstance)
                                .toArray(PKIMessage[]::new)));
    }

    /// Signed by the key, with the certificate as its own.
    byte[] signed(UUID transaction, PKIBody body, KeyPair key, Certificate own) throws Exception {
        return signed(transaction, body, key, own, new byte[16]);
    }

    byte[] signed(UUID transaction, PKIBody body, KeyPair key, Certificate own, byte[] nonce)
            throws Exception {
        return message(transaction, body, own.subject(), nonce)
                .addCMPCertificate(new X509CertificateHolder(own.der()))
                .build(signer(key))
                .toASN1Structure()
                .getEncoded("DER");
    }

    /// Under a secret, by PBMAC1.
    byte[] underSecret(UUID transaction, PKIBody body, SharedSecret secret) throws Exception {
        char[] text = new String(secret.secret(), StandardCharsets.US_ASCII).toCharArray();
        return message(transaction, body, new X500Principal(""), new byte[16])
                .setSenderKID(secret.reference())
                .build(
                        new JcePBMac1CalculatorBuilder("HmacSHA256", 256)
                                .setProvider(new BouncyCastleProvider())
                                .setIterationCount(1000)
                                .build(text))
                .toASN1Structure()
                .getEncoded("DER");
    }

    private ProtectedPKIMessageBuilder message(
            UUID transaction, PKIBody body, X500Principal sender, byte[] nonce) {
        return new ProtectedPKIMessageBuilder(
                        new GeneralName(name(sender)), new GeneralName(name(authority)))
                .setTransactionID(octets(transaction))
                .setSenderNonce(nonce)
                .setBody(body);
    }

    /// An answer whose signature verifies by the certificate that it brings.
    static ProtectedPKIMessage signedAnswer(byte[] answer) throws Exception {
        ProtectedPKIMessage message = new ProtectedPKIMessage(new GeneralPKIMessage(answer));
        assertTrue(
                message.verify(
                        new JcaContentVerifierProviderBuilder()
                                .build(message.getCertificates()[0])));
        return message;
    }

    /// The certificate in an answer that is expected to bring one.
    static Certificate certificate(byte[] answer) {
        PKIBody body = PKIMessage.getInstance(answer).getBody();
        var response = CertRepMessage.getInstance(body.getContent()).getResponse()[0];
        try {
            return Certificate.ofDer(
                    response.getCertifiedKeyPair()
                            .getCertOrEncCert()
                            .getCertificate()
                            .getEncoded("DER"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Why not; fails when the answer is no refusal.
    static FailInfo refusal(byte[] answer) {
        PKIBody body = PKIMessage.getInstance(answer).getBody();
        PKIStatusInfo status =
                switch (body.getType()) {
                    case PKIBody.TYPE_ERROR ->
                            ErrorMsgContent.getInstance(body.getContent()).getPKIStatusInfo();
                    case PKIBody.TYPE_REVOCATION_REP ->
                            RevRepContent.getInstance(body.getContent()).getStatus()[0];
                    default ->
                            CertRepMessage.getInstance(body.getContent())
                                    .getResponse()[0]
                                    .getStatus();
                };
        assertEquals(PKIStatus.REJECTION, status.getStatus().intValueExact(), "a refusal");
        byte[] bits = status.getFailInfo().getBytes();
        for (FailInfo info : FailInfo.values()) {
            int octet = info.bit() / 8;
            if (octet < bits.length && (bits[octet] & 0x80 >> info.bit() % 8) != 0) {
                return info;
            }
        }
        throw new AssertionError("no failInfo");
    }

    static int type(byte[] answer) {
        return PKIMessage.getInstance(answer).getBody().getType();
    }

    private static ContentSigner signer(KeyPair key) throws Exception {
        return new JcaContentSignerBuilder(SignatureAlgorithm.forKey(key.getPublic()).jdkName())
                .build(key.getPrivate());
    }

    private static X500Name name(X500Principal principal) {
        return X500Name.getInstance(principal.getEncoded());
    }

    private static byte[] octets(UUID id) {
        return ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }
}
