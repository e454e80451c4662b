// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.KeyPair;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIHeaderBuilder;
import org.bouncycastle.asn1.cmp.PKIMessage;
import org.bouncycastle.asn1.x509.GeneralName;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.Signer;
import perennial.core.crypto.SoftwareSigner;
import perennial.core.renewal.RenewalId;
import perennial.protocol.cmp.CmpClient.PossessionKey;

/// A holder with one certificate, who can send an endpoint any message and reads its answers.
final class HolderAtEndpoint {
    final TestPki pki = TestPki.atFixedTime();
    final IssuingUpdates service = new IssuingUpdates(pki);
    final CmpEndpoint endpoint =
            new CmpEndpoint(service, pki.ra, List.of(pki.issuing), pki.clock, pki.random);
    final KeyPair keys = SoftwareKeys.p256(pki.random);
    final Signer signer = new SoftwareSigner(keys);
    final Certificate old = pki.signing(keys.getPublic());
    final RenewalId id = RenewalId.random(pki.random);

    byte[] kur() {
        return kur(old);
    }

    byte[] kur(Certificate certificate) {
        return message(
                2,
                CertRequests.kur(certificate, new PossessionKey.Signing(signer)),
                certificate,
                header -> header);
    }

    byte[] protectedBy(List<Certificate> extraCerts) {
        return MessageProtection.protect(
                header(2),
                CertRequests.kur(old, new PossessionKey.Signing(signer)),
                signer,
                extraCerts);
    }

    byte[] message(
            int pvno,
            PKIBody body,
            Certificate certificate,
            UnaryOperator<PKIHeaderBuilder> change) {
        return MessageProtection.protect(
                change.apply(header(pvno)), body, signer, List.of(certificate));
    }

    PKIHeaderBuilder header(int pvno) {
        return new PKIHeaderBuilder(
                        pvno,
                        new GeneralName(CertRequests.name(old.subject())),
                        new GeneralName(CertRequests.name(pki.issuing.subject())))
                .setTransactionID(id.octets())
                .setSenderNonce(new byte[16]);
    }

    byte[] sent(int pvno, UnaryOperator<PKIHeaderBuilder> change) {
        return message(pvno, CertRequests.kur(old, new PossessionKey.Signing(signer)), old, change);
    }

    FailInfo refusal(byte[] request) {
        return assertInstanceOf(CmpMessage.Refusal.class, answer(request)).reason();
    }

    /// Every answer, an error too, is signed by the registration authority.
    CmpMessage answer(byte[] request) {
        return read(endpoint.answer(request));
    }

    CmpMessage read(byte[] answer) {
        PKIMessage message = PKIMessage.getInstance(answer);
        byte[] part =
                ReceivedMessage.der(
                        new DERSequence(
                                new ASN1Encodable[] {message.getHeader(), message.getBody()}));
        assertTrue(
                MessageProtection.verifies(
                        message.getHeader().getProtectionAlg(),
                        pki.ra.certificate().publicKey(),
                        part,
                        message.getProtection().getOctets()));
        return CmpBodies.read(message.getBody());
    }
}
