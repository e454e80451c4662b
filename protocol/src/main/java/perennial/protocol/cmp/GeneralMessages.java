// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.cmp.CMPCertificate;
import org.bouncycastle.asn1.cmp.CMPObjectIdentifiers;
import org.bouncycastle.asn1.cmp.GenMsgContent;
import org.bouncycastle.asn1.cmp.GenRepContent;
import org.bouncycastle.asn1.cmp.InfoTypeAndValue;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.crmf.CertId;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.core.renewal.PermissionOutcome;
import perennial.core.renewal.RenewalTerms;

/// General messages and their responses (RFC 9810 5.3.19, 5.3.20): one question in each, one answer
/// to it (RFC 9483 4.3). The types of ours are defined in `docs/cmp.md`.
final class GeneralMessages {
    /// Most certificates that one question may name.
    static final int MAX_CERTIFICATES = 16;

    /// An arc of nobody's registration: a random UUID (ITU-T X.667).
    private static final ASN1ObjectIdentifier ARC =
            new ASN1ObjectIdentifier("2.25.189929426081414315374584102855663654011");

    static final ASN1ObjectIdentifier ID_RENEWAL_TERMS = ARC.branch("1");
    static final ASN1ObjectIdentifier ID_RE_KEY_PERMISSION = ARC.branch("2");
    static final ASN1ObjectIdentifier ID_CERTIFICATE_STATUS = ARC.branch("3");

    private GeneralMessages() {}

    static PKIBody termsReq(List<CertificateId> certificates) {
        return question(
                ID_RENEWAL_TERMS,
                new DERSequence(
                        certificates.stream()
                                .map(CertRequests::certId)
                                .toArray(ASN1Encodable[]::new)));
    }

    static PKIBody termsRep(List<RenewalTerms> terms) {
        return answer(
                ID_RENEWAL_TERMS,
                new DERSequence(
                        terms.stream().map(TermsSyntax::encoded).toArray(ASN1Encodable[]::new)));
    }

    static PKIBody permissionReq(CertificateId old) {
        return question(ID_RE_KEY_PERMISSION, CertRequests.certId(old));
    }

    static PKIBody permissionRep(PermissionOutcome outcome) {
        return answer(ID_RE_KEY_PERMISSION, PermissionSyntax.encoded(outcome));
    }

    static PKIBody statusReq(CertificateId certificate) {
        return question(ID_CERTIFICATE_STATUS, CertRequests.certId(certificate));
    }

    static PKIBody statusRep(CertStatus status) {
        return answer(ID_CERTIFICATE_STATUS, StatusSyntax.encoded(status));
    }

    /// @param certificates absent as a value when there are none (RFC 9483 4.3.1)
    static PKIBody caCertsRep(List<Certificate> certificates) {
        List<CMPCertificate> all =
                certificates.stream().map(c -> CMPCertificate.getInstance(c.der())).toList();
        return new PKIBody(
                PKIBody.TYPE_GEN_REP,
                new GenRepContent(
                        all.isEmpty()
                                ? new InfoTypeAndValue(CMPObjectIdentifiers.id_it_caCerts)
                                : new InfoTypeAndValue(
                                        CMPObjectIdentifiers.id_it_caCerts,
                                        new DERSequence(all.toArray(ASN1Encodable[]::new)))));
    }

    /// To be called where decoding may fail.
    static CmpMessage readQuestion(PKIBody body) {
        InfoTypeAndValue[] all =
                GenMsgContent.getInstance(body.getContent()).toInfoTypeAndValueArray();
        if (all.length != 1) {
            throw new InvalidMessageException(
                    FailInfo.badRequest, "expected one question, got " + all.length);
        }
        ASN1ObjectIdentifier type = all[0].getInfoType();
        if (type.equals(ID_RENEWAL_TERMS)) {
            List<CertificateId> ids = new ArrayList<>();
            for (ASN1Encodable id : bounded(ASN1Sequence.getInstance(all[0].getInfoValue()))) {
                ids.add(CertRequests.read(CertId.getInstance(id)));
            }
            return new CmpMessage.TermsReq(ids);
        }
        if (type.equals(ID_RE_KEY_PERMISSION)) {
            return new CmpMessage.PermissionReq(
                    CertRequests.read(CertId.getInstance(all[0].getInfoValue())));
        }
        if (type.equals(CMPObjectIdentifiers.id_it_caCerts)) {
            return new CmpMessage.CaCertsReq();
        }
        if (type.equals(ID_CERTIFICATE_STATUS)) {
            return new CmpMessage.StatusReq(
                    CertRequests.read(CertId.getInstance(all[0].getInfoValue())));
        }
        return SupportMessages.readQuestion(all[0])
                .orElseThrow(() ->
                        new InvalidMessageException(
                                FailInfo.badRequest, "question of type " + type));
    }

    /// To be called where decoding may fail.
    static CmpMessage readAnswer(PKIBody body) {
        InfoTypeAndValue[] all =
                GenRepContent.getInstance(body.getContent()).toInfoTypeAndValueArray();
        if (all.length != 1) {
            return new CmpMessage.UnknownRep();
        }
        ASN1ObjectIdentifier type = all[0].getInfoType();
        boolean present = all[0].getInfoValue() != null;
        if (present && type.equals(ID_RENEWAL_TERMS)) {
            List<RenewalTerms> terms = new ArrayList<>();
            for (ASN1Encodable each : bounded(ASN1Sequence.getInstance(all[0].getInfoValue()))) {
                terms.add(TermsSyntax.read(each));
            }
            return new CmpMessage.TermsRep(terms);
        }
        if (present && type.equals(ID_RE_KEY_PERMISSION)) {
            return new CmpMessage.PermissionRep(PermissionSyntax.read(all[0].getInfoValue()));
        }
        if (present && type.equals(ID_CERTIFICATE_STATUS)) {
            return new CmpMessage.StatusRep(StatusSyntax.read(all[0].getInfoValue()));
        }
        return new CmpMessage.UnknownRep();
    }

    private static ASN1Sequence bounded(ASN1Sequence sequence) {
        if (sequence.size() < 1 || sequence.size() > MAX_CERTIFICATES) {
            throw new InvalidMessageException(
                    FailInfo.badDataFormat,
                    "expected 1 to %d certificates, got %d"
                            .formatted(MAX_CERTIFICATES, sequence.size()));
        }
        return sequence;
    }

    private static PKIBody question(ASN1ObjectIdentifier type, ASN1Encodable value) {
        return new PKIBody(
                PKIBody.TYPE_GEN_MSG, new GenMsgContent(new InfoTypeAndValue(type, value)));
    }

    private static PKIBody answer(ASN1ObjectIdentifier type, ASN1Encodable value) {
        return new PKIBody(
                PKIBody.TYPE_GEN_REP, new GenRepContent(new InfoTypeAndValue(type, value)));
    }
}
