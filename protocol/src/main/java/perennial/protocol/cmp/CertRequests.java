// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.security.PublicKey;
import java.time.Instant;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.crmf.AttributeTypeAndValue;
import org.bouncycastle.asn1.crmf.CRMFObjectIdentifiers;
import org.bouncycastle.asn1.crmf.CertId;
import org.bouncycastle.asn1.crmf.CertReqMessages;
import org.bouncycastle.asn1.crmf.CertReqMsg;
import org.bouncycastle.asn1.crmf.CertRequest;
import org.bouncycastle.asn1.crmf.CertTemplate;
import org.bouncycastle.asn1.crmf.CertTemplateBuilder;
import org.bouncycastle.asn1.crmf.Controls;
import org.bouncycastle.asn1.crmf.OptionalValidity;
import org.bouncycastle.asn1.crmf.POPOPrivKey;
import org.bouncycastle.asn1.crmf.POPOSigningKey;
import org.bouncycastle.asn1.crmf.ProofOfPossession;
import org.bouncycastle.asn1.crmf.SubsequentMessage;
import org.bouncycastle.asn1.pkcs.CertificationRequestInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.Time;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.core.certificate.SerialNumber;
import perennial.core.crypto.Signer;
import perennial.protocol.cmp.CmpClient.PossessionKey;

/// Certificate requests in CRMF with their proof of possession (RFC 4211), as ir and kur carry
/// them.
final class CertRequests {
    /// RFC 9483 4.1.1: certReqId is 0.
    static final int CERT_REQ_ID = 0;

    private CertRequests() {}

    static PKIBody kur(Certificate old, PossessionKey key) {
        return request(PKIBody.TYPE_KEY_UPDATE_REQ, old, key);
    }

    static PKIBody ir(Certificate old, PossessionKey key) {
        return request(PKIBody.TYPE_INIT_REQ, old, key);
    }

    /// By a registration authority that has seen the proof of possession.
    ///
    /// @param kind [RequestKind#CR], or [RequestKind#KUR] for a request that replaces a certificate
    static PKIBody raVerified(RequestKind kind, CertificationRequest request) {
        CertTemplateBuilder template =
                new CertTemplateBuilder()
                        .setSubject(name(request.subject()))
                        .setPublicKey(PublicKeys.encoded(request.key()));
        request.notAfter()
                .ifPresent(end ->
                        template.setValidity(
                                new OptionalValidity(null, new Time(MessageTime.of(end)))));
        Controls controls =
                request.replaces()
                        .map(old ->
                                new Controls(
                                        new AttributeTypeAndValue(
                                                CRMFObjectIdentifiers.id_regCtrl_oldCertID,
                                                certId(old.id()))))
                        .orElse(null);
        return new PKIBody(
                kind == RequestKind.KUR ? PKIBody.TYPE_KEY_UPDATE_REQ : PKIBody.TYPE_CERT_REQ,
                new CertReqMessages(
                        new CertReqMsg(
                                new CertRequest(CERT_REQ_ID, template.build(), controls),
                                new ProofOfPossession(),
                                null)));
    }

    private static PKIBody request(int type, Certificate old, PossessionKey key) {
        PublicKey requested = key.publicKey();
        CertTemplate template =
                new CertTemplateBuilder()
                        .setSubject(name(old.subject()))
                        .setPublicKey(PublicKeys.encoded(requested))
                        .build();
        CertRequest request =
                new CertRequest(
                        CERT_REQ_ID,
                        template,
                        new Controls(
                                new AttributeTypeAndValue(
                                        CRMFObjectIdentifiers.id_regCtrl_oldCertID,
                                        certId(old.id()))));
        return new PKIBody(
                type,
                new CertReqMessages(new CertReqMsg(request, proof(request, key, requested), null)));
    }

    /// @throws InvalidMessageException also when the signature that proves possession is wrong
    static CmpMessage.Requested read(CertReqMessages messages) {
        CertReqMsg[] all = messages.toCertReqMsgArray();
        if (all.length != 1) {
            throw new InvalidMessageException(
                    FailInfo.badRequest, "expected one request, got " + all.length);
        }
        CertRequest request = all[0].getCertReq();
        CertTemplate template = request.getCertTemplate();
        if (!request.getCertReqId().hasValue(CERT_REQ_ID)) {
            throw new InvalidMessageException(FailInfo.badRequest, "certReqId is not 0");
        }
        if (template.getSubject() == null || template.getPublicKey() == null) {
            throw new InvalidMessageException(
                    FailInfo.badCertTemplate, "template needs subject and publicKey");
        }
        PublicKey key = PublicKeys.decoded(template.getPublicKey());
        return new CmpMessage.Requested(
                oldCertId(request),
                principal(template.getSubject()),
                key,
                checked(all[0], key),
                notAfter(template));
    }

    /// The same of PKCS #10 (RFC 2986), whose signature is the proof of possession.
    static CmpMessage.Requested read(org.bouncycastle.asn1.pkcs.CertificationRequest request) {
        CertificationRequestInfo wanted = request.getCertificationRequestInfo();
        PublicKey key = PublicKeys.decoded(wanted.getSubjectPublicKeyInfo());
        if (!MessageProtection.verifies(
                request.getSignatureAlgorithm(),
                key,
                ReceivedMessage.der(wanted),
                request.getSignature().getOctets())) {
            throw new InvalidMessageException(
                    FailInfo.badPOP, "the key to certify has not signed the request");
        }
        return new CmpMessage.Requested(
                Optional.empty(),
                principal(wanted.getSubject()),
                key,
                perennial.core.authority.ProofOfPossession.SIGNATURE,
                Optional.empty());
    }

    @SuppressWarnings("JavaUtilDate") // the ASN.1 library gives nothing else
    private static Optional<Instant> notAfter(CertTemplate template) {
        return Optional.ofNullable(template.getValidity())
                .map(OptionalValidity::getNotAfter)
                .map(end -> end.getDate().toInstant());
    }

    static CertId certId(CertificateId id) {
        return new CertId(new GeneralName(name(id.issuer())), id.serialNumber().value());
    }

    /// @throws InvalidMessageException when its issuer is not a directory name
    static CertificateId read(CertId id) {
        if (id.getIssuer().getTagNo() != GeneralName.directoryName) {
            throw new InvalidMessageException(
                    FailInfo.badCertId, "issuer of the certificate is not a name");
        }
        return new CertificateId(
                principal(X500Name.getInstance(id.getIssuer().getName())),
                new SerialNumber(id.getSerialNumber().getValue()));
    }

    static X500Name name(X500Principal principal) {
        return X500Name.getInstance(principal.getEncoded());
    }

    static X500Principal principal(X500Name name) {
        return new X500Principal(ReceivedMessage.der(name));
    }

    private static Optional<CertificateId> oldCertId(CertRequest request) {
        if (request.getControls() == null) {
            return Optional.empty();
        }
        for (AttributeTypeAndValue control : request.getControls().toAttributeTypeAndValueArray()) {
            if (control.getType().equals(CRMFObjectIdentifiers.id_regCtrl_oldCertID)) {
                return Optional.of(read(CertId.getInstance(control.getValue())));
            }
        }
        return Optional.empty();
    }

    private static ProofOfPossession proof(
            CertRequest request, PossessionKey key, PublicKey requested) {
        return switch (key) {
            case PossessionKey.Signing(Signer signer) ->
                    new ProofOfPossession(
                            new POPOSigningKey(
                                    null,
                                    MessageProtection.algorithm(signer),
                                    new DERBitString(signer.sign(ReceivedMessage.der(request)))));
            case PossessionKey.Enciphering ignored ->
                    new ProofOfPossession(
                            encipheringProof(requested),
                            new POPOPrivKey(SubsequentMessage.encrCert));
        };
    }

    private static int encipheringProof(PublicKey key) {
        return key.getAlgorithm().equals("EC")
                ? ProofOfPossession.TYPE_KEY_AGREEMENT
                : ProofOfPossession.TYPE_KEY_ENCIPHERMENT;
    }

    private static perennial.core.authority.ProofOfPossession checked(
            CertReqMsg message, PublicKey key) {
        ProofOfPossession proof = message.getPop();
        if (proof == null) {
            throw new InvalidMessageException(FailInfo.badPOP, "no proof of possession");
        }
        if (proof.getType() == ProofOfPossession.TYPE_RA_VERIFIED) {
            return perennial.core.authority.ProofOfPossession.RA_VERIFIED;
        }
        if (proof.getType() == ProofOfPossession.TYPE_SIGNING_KEY) {
            POPOSigningKey signed = POPOSigningKey.getInstance(proof.getObject());
            // RFC 4211 4.1: with subject and key in the template, the request itself is signed.
            if (signed.getPoposkInput() != null
                    || !MessageProtection.verifies(
                            signed.getAlgorithmIdentifier(),
                            key,
                            ReceivedMessage.der(message.getCertReq()),
                            signed.getSignature().getOctets())) {
                throw new InvalidMessageException(
                        FailInfo.badPOP, "the key to certify has not signed the request");
            }
            return perennial.core.authority.ProofOfPossession.SIGNATURE;
        }
        if (proof.getType() == encipheringProof(key)) {
            POPOPrivKey later = POPOPrivKey.getInstance(proof.getObject());
            if (later.getType() == POPOPrivKey.subsequentMessage
                    && SubsequentMessage.encrCert.equals(later.getValue())) {
                return perennial.core.authority.ProofOfPossession.ENCRYPTED_CERTIFICATE;
            }
        }
        throw new InvalidMessageException(
                FailInfo.badPOP, "expected a signature, or encrCert for a key of this kind");
    }
}
