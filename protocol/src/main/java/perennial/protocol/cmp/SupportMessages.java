// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.cmp.CMPCertificate;
import org.bouncycastle.asn1.cmp.CMPObjectIdentifiers;
import org.bouncycastle.asn1.cmp.CRLSource;
import org.bouncycastle.asn1.cmp.CRLStatus;
import org.bouncycastle.asn1.cmp.CertReqTemplateContent;
import org.bouncycastle.asn1.cmp.GenRepContent;
import org.bouncycastle.asn1.cmp.InfoTypeAndValue;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.RootCaKeyUpdateContent;
import org.bouncycastle.asn1.crmf.CertTemplateBuilder;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.CertificateList;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.Time;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.Certificate;

/// The support messages of RFC 9483 4.3.2 to 4.3.4 and the currentCRL of RFC 9810 5.3.19.6.
final class SupportMessages {
    /// Sources in one question about CRLs; only the first is answered.
    private static final int MAX_SOURCES = 16;

    private SupportMessages() {}

    /// To be called where decoding may fail; empty when it is none of these.
    static Optional<CmpMessage> readQuestion(InfoTypeAndValue question) {
        ASN1ObjectIdentifier type = question.getInfoType();
        ASN1Encodable value = question.getInfoValue();
        if (type.equals(CMPObjectIdentifiers.id_it_rootCaCert)) {
            return Optional.of(
                    new CmpMessage.RootUpdateReq(
                            Optional.ofNullable(value)
                                    .map(root -> Certificate.ofDer(ReceivedMessage.der(root)))));
        }
        if (type.equals(CMPObjectIdentifiers.id_it_certReqTemplate)) {
            return Optional.of(new CmpMessage.TemplateReq());
        }
        if (type.equals(CMPObjectIdentifiers.it_currentCRL)) {
            return Optional.of(
                    new CmpMessage.CrlReq(
                            new CrlQuestion(List.of(), List.of(), Optional.empty()), true));
        }
        if (type.equals(CMPObjectIdentifiers.id_it_crlStatusList)) {
            ASN1Sequence all = ASN1Sequence.getInstance(value);
            if (all.size() < 1 || all.size() > MAX_SOURCES) {
                throw new InvalidMessageException(
                        FailInfo.badRequest, "expected one CRL status, got " + all.size());
            }
            return Optional.of(
                    new CmpMessage.CrlReq(read(CRLStatus.getInstance(all.getObjectAt(0))), false));
        }
        return Optional.empty();
    }

    static PKIBody rootUpdateRep(Optional<RootUpdate> update) {
        return answer(
                CMPObjectIdentifiers.id_it_rootCaKeyUpdate, update.map(SupportMessages::encoded));
    }

    private static ASN1Encodable encoded(RootUpdate update) {
        return new RootCaKeyUpdateContent(
                certificate(update.newWithNew()),
                update.newWithOld().map(SupportMessages::certificate).orElse(null),
                update.oldWithNew().map(SupportMessages::certificate).orElse(null));
    }

    static PKIBody templateRep(Optional<RequestTemplate> template) {
        return answer(
                CMPObjectIdentifiers.id_it_certReqTemplate, template.map(SupportMessages::encoded));
    }

    /// Subject and key are the asker's to fill in and left out; the extensions say what will be in
    /// the certificate anyway.
    private static ASN1Encodable encoded(RequestTemplate template) {
        int bits = 0;
        for (var usage : template.keyUsages()) {
            bits |= 0x80 >> usage.bit();
        }
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        try {
            extensions.addExtension(Extension.keyUsage, true, new KeyUsage(bits));
            if (!template.extendedKeyUsages().isEmpty()) {
                extensions.addExtension(
                        Extension.extendedKeyUsage,
                        false,
                        new ExtendedKeyUsage(
                                template.extendedKeyUsages().stream()
                                        .map(ASN1ObjectIdentifier::new)
                                        .map(KeyPurposeId::getInstance)
                                        .toArray(KeyPurposeId[]::new)));
            }
        } catch (IOException e) {
            throw new IllegalStateException("usages encode", e);
        }
        ASN1EncodableVector keys = new ASN1EncodableVector();
        template.keys().forEach(key -> keys.add(TermsSyntax.spec(key)));
        return new CertReqTemplateContent(
                new CertTemplateBuilder().setExtensions(extensions.generate()).build(),
                keys.size() == 0 ? null : new DERSequence(keys));
    }

    /// @param single as currentCRL takes it, instead of a list of one
    static PKIBody crlRep(Optional<byte[]> crl, boolean single) {
        if (single) {
            return answer(
                    CMPObjectIdentifiers.it_currentCRL, crl.map(CertificateList::getInstance));
        }
        return answer(
                CMPObjectIdentifiers.id_it_crls,
                crl.map(der -> new DERSequence(CertificateList.getInstance(der))));
    }

    private static CrlQuestion read(CRLStatus status) {
        CRLSource source = status.getSource();
        List<URI> points = new ArrayList<>();
        List<X500Principal> issuers = new ArrayList<>();
        if (source.getDpn() != null
                && source.getDpn().getType() == DistributionPointName.FULL_NAME) {
            for (GeneralName name : names(source.getDpn().getName())) {
                if (name.getTagNo() == GeneralName.uniformResourceIdentifier) {
                    points.add(URI.create(ASN1IA5String.getInstance(name.getName()).getString()));
                }
            }
        }
        if (source.getIssuer() != null) {
            for (GeneralName name : names(source.getIssuer())) {
                if (name.getTagNo() == GeneralName.directoryName) {
                    issuers.add(CertRequests.principal(X500Name.getInstance(name.getName())));
                }
            }
        }
        if (points.isEmpty() && issuers.isEmpty()) {
            throw new InvalidMessageException(
                    FailInfo.badRequest, "expected a URI or a name as the CRL's source");
        }
        return new CrlQuestion(
                points, issuers, Optional.ofNullable(status.getThisUpdate()).map(time -> at(time)));
    }

    private static GeneralName[] names(ASN1Encodable names) {
        GeneralName[] all = GeneralNames.getInstance(names).getNames();
        if (all.length > MAX_SOURCES) {
            throw new InvalidMessageException(
                    FailInfo.badRequest, "at most 16 names of a CRL's source");
        }
        return all;
    }

    @SuppressWarnings("JavaUtilDate") // the ASN.1 library gives nothing else
    private static Instant at(Time time) {
        return time.getDate().toInstant();
    }

    private static CMPCertificate certificate(Certificate certificate) {
        return CMPCertificate.getInstance(certificate.der());
    }

    /// An absent value says that there is nothing (RFC 9483 4.3).
    private static PKIBody answer(
            ASN1ObjectIdentifier type, Optional<? extends ASN1Encodable> value) {
        InfoTypeAndValue answer =
                value.isPresent()
                        ? new InfoTypeAndValue(type, value.get())
                        : new InfoTypeAndValue(type);
        return new PKIBody(PKIBody.TYPE_GEN_REP, new GenRepContent(answer));
    }
}
