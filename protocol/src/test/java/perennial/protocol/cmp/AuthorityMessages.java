// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cmp.CMPCertificate;
import org.bouncycastle.asn1.cmp.CMPObjectIdentifiers;
import org.bouncycastle.asn1.cmp.CRLSource;
import org.bouncycastle.asn1.cmp.CRLStatus;
import org.bouncycastle.asn1.cmp.GenMsgContent;
import org.bouncycastle.asn1.cmp.InfoTypeAndValue;
import org.bouncycastle.asn1.cmp.NestedMessageContent;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIHeaderBuilder;
import org.bouncycastle.asn1.cmp.PKIMessage;
import org.bouncycastle.asn1.crmf.CertReqMessages;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.pkcs.CertificationRequestInfo;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.crmf.CRMFException;
import org.bouncycastle.cert.crmf.jcajce.JcaCertificateRequestMessageBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import perennial.core.authority.ProofOfPossession;
import perennial.core.authority.RevocationRequest;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.RevocationReason;
import perennial.core.crypto.Signer;
import perennial.core.crypto.SoftwareSigner;
import perennial.core.renewal.RenewalId;
import perennial.protocol.cmp.CmpClient.PossessionKey;

/// One good message of every kind that an authority's endpoint takes.
final class AuthorityMessages {
    final TestPki pki;
    final KeyPair keys;
    final Signer signer;
    final Certificate holder;

    AuthorityMessages(TestPki pki) {
        this.pki = pki;
        this.keys = SoftwareKeys.p256(pki.random);
        this.signer = new SoftwareSigner(keys);
        this.holder = pki.signing(keys.getPublic());
    }

    /// By their names, each under a transactionID of its own.
    Map<String, byte[]> all() {
        Map<String, byte[]> all = new LinkedHashMap<>();
        byte[] kur = signed(4, CertRequests.kur(holder, new PossessionKey.Signing(signer)));
        byte[] certConf = signed(4, CmpBodies.certConf(new byte[32]));
        all.put("ir", underSecret(1, first()));
        all.put("cr", byRa(2, raVerified()));
        all.put("p10cr", signed(3, pkcs10()));
        all.put("kur", kur);
        all.put("certConf", certConf);
        all.put("pollReq", signed(4, CmpBodies.pollReq()));
        all.put("rr", signed(5, Revocations.rr(revocation())));
        all.put("genm caCerts", signed(6, question(CMPObjectIdentifiers.id_it_caCerts)));
        all.put(
                "genm rootCaCert",
                signed(
                        7,
                        question(
                                CMPObjectIdentifiers.id_it_rootCaCert,
                                CMPCertificate.getInstance(pki.root.der()))));
        all.put(
                "genm certReqTemplate",
                signed(8, question(CMPObjectIdentifiers.id_it_certReqTemplate)));
        all.put("genm crlStatusList", signed(9, crlQuestion()));
        all.put("genm currentCRL", signed(10, question(CMPObjectIdentifiers.it_currentCRL)));
        all.put("genm status", byRa(11, GeneralMessages.statusReq(holder.id())));
        all.put("nested", byRa(4, nested(kur)));
        all.put("batch", byRa(12, nested(underSecret(13, raVerified()), certConf)));
        return all;
    }

    byte[] named(String name) {
        return Objects.requireNonNull(all().get(name));
    }

    private PKIBody first() {
        try {
            return new PKIBody(
                    PKIBody.TYPE_INIT_REQ,
                    new CertReqMessages(
                            new JcaCertificateRequestMessageBuilder(BigInteger.ZERO)
                                    .setSubject(TestPki.HOLDER)
                                    .setPublicKey(keys.getPublic())
                                    .setProofOfPossessionSigningKeySigner(
                                            new JcaContentSignerBuilder("SHA256withECDSA")
                                                    .build(keys.getPrivate()))
                                    .build()
                                    .toASN1Structure()));
        } catch (CRMFException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private PKIBody raVerified() {
        return CertRequests.raVerified(
                RequestKind.CR,
                new perennial.core.authority.CertificationRequest(
                        new UUID(0, 2),
                        "holder",
                        TestPki.HOLDER,
                        keys.getPublic(),
                        ProofOfPossession.RA_VERIFIED,
                        Optional.empty(),
                        Optional.of(Instant.parse("2027-01-01T00:00:00Z"))));
    }

    private PKIBody pkcs10() {
        CertificationRequestInfo wanted =
                new CertificationRequestInfo(
                        CertRequests.name(TestPki.HOLDER),
                        PublicKeys.encoded(keys.getPublic()),
                        new DERSet());
        return new PKIBody(
                PKIBody.TYPE_P10_CERT_REQ,
                new CertificationRequest(
                        wanted,
                        MessageProtection.algorithm(signer),
                        new DERBitString(signer.sign(ReceivedMessage.der(wanted)))));
    }

    private RevocationRequest revocation() {
        return new RevocationRequest(
                holder.id(),
                RevocationReason.KEY_COMPROMISE,
                Optional.of(Instant.parse("2026-05-01T00:00:00Z")));
    }

    private PKIBody crlQuestion() {
        return question(
                CMPObjectIdentifiers.id_it_crlStatusList,
                new DERSequence(
                        new CRLStatus(
                                new CRLSource(
                                        null,
                                        new GeneralNames(
                                                new GeneralName(
                                                        CertRequests.name(pki.issuing.subject())))),
                                null)));
    }

    static PKIBody question(ASN1ObjectIdentifier type) {
        return question(new InfoTypeAndValue(type));
    }

    private static PKIBody question(ASN1ObjectIdentifier type, ASN1Encodable value) {
        return question(new InfoTypeAndValue(type, value));
    }

    private static PKIBody question(InfoTypeAndValue asked) {
        return new PKIBody(PKIBody.TYPE_GEN_MSG, new GenMsgContent(asked));
    }

    static PKIBody nested(byte[]... messages) {
        return new PKIBody(
                PKIBody.TYPE_NESTED,
                new NestedMessageContent(
                        List.of(messages).stream()
                                .map(PKIMessage::getInstance)
                                .toArray(PKIMessage[]::new)));
    }

    byte[] signed(int transaction, PKIBody body) {
        return MessageProtection.protect(
                header(transaction, holder), body, signer, List.of(holder));
    }

    byte[] byRa(int transaction, PKIBody body) {
        return MessageProtection.protect(
                header(transaction, pki.ra.certificate()),
                body,
                pki.ra.signer(),
                List.of(pki.ra.certificate()));
    }

    byte[] underSecret(int transaction, PKIBody body) {
        return MacProtection.protect(
                header(transaction, holder),
                body,
                new SharedSecret(EnrollingService.REFERENCE.clone(), new byte[32]),
                pki.random);
    }

    PKIHeaderBuilder header(int transaction, Certificate sender) {
        byte[] nonce = "nonce %010d".formatted(transaction).getBytes(StandardCharsets.US_ASCII);
        return new PKIHeaderBuilder(
                        2,
                        new GeneralName(CertRequests.name(sender.subject())),
                        new GeneralName(CertRequests.name(pki.issuing.subject())))
                .setTransactionID(new RenewalId(new UUID(0, transaction)).octets())
                .setSenderNonce(nonce)
                .setGeneralInfo(
                        new InfoTypeAndValue[] {
                            HeaderFields.profile("holder"), HeaderFields.implicitConfirm()
                        });
    }
}
