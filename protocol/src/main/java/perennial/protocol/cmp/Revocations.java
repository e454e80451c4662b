// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Enumerated;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIStatus;
import org.bouncycastle.asn1.cmp.PKIStatusInfo;
import org.bouncycastle.asn1.cmp.RevDetails;
import org.bouncycastle.asn1.cmp.RevRepContent;
import org.bouncycastle.asn1.cmp.RevRepContentBuilder;
import org.bouncycastle.asn1.cmp.RevReqContent;
import org.bouncycastle.asn1.crmf.CertTemplate;
import org.bouncycastle.asn1.crmf.CertTemplateBuilder;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import perennial.core.authority.FailInfo;
import perennial.core.authority.RevocationOutcome;
import perennial.core.authority.RevocationRequest;
import perennial.core.certificate.CertificateId;
import perennial.core.certificate.RevocationReason;
import perennial.core.certificate.SerialNumber;

/// Revocation requests and their responses, one certificate in each (RFC 9483 4.2).
final class Revocations {
    private Revocations() {}

    static PKIBody rr(RevocationRequest request) {
        CertificateId certificate = request.certificate();
        CertTemplate template =
                new CertTemplateBuilder()
                        .setSerialNumber(new ASN1Integer(certificate.serialNumber().value()))
                        .setIssuer(CertRequests.name(certificate.issuer()))
                        .build();
        ExtensionsGenerator details = new ExtensionsGenerator();
        try {
            details.addExtension(
                    Extension.reasonCode, false, CRLReason.lookup(request.reason().code()));
            if (request.invalidityDate().isPresent()) {
                details.addExtension(
                        Extension.invalidityDate,
                        false,
                        MessageTime.of(request.invalidityDate().get()));
            }
        } catch (IOException e) {
            throw new IllegalStateException("a reason encodes", e);
        }
        return new PKIBody(
                PKIBody.TYPE_REVOCATION_REQ,
                new RevReqContent(new RevDetails(template, details.generate())));
    }

    static PKIBody rp(RevocationOutcome outcome) {
        PKIStatusInfo status =
                switch (outcome) {
                    case RevocationOutcome.Done ignored -> new PKIStatusInfo(PKIStatus.granted);
                    case RevocationOutcome.Refused refused ->
                            CmpBodies.refusal(refused.reason(), refused.text());
                };
        return new PKIBody(
                PKIBody.TYPE_REVOCATION_REP, new RevRepContentBuilder().add(status).build());
    }

    /// To be called where decoding may fail. What the template says besides issuer and serial
    /// number is not looked at: these two name the certificate.
    static CmpMessage.Rr readRequest(RevReqContent content) {
        RevDetails[] all = content.toRevDetailsArray();
        if (all.length != 1) {
            throw new InvalidMessageException(
                    FailInfo.badRequest, "expected one certificate, got " + all.length);
        }
        CertTemplate template = all[0].getCertDetails();
        if (template.getIssuer() == null || template.getSerialNumber() == null) {
            throw new InvalidMessageException(
                    FailInfo.addInfoNotAvailable, "certDetails needs issuer and serialNumber");
        }
        CertificateId certificate =
                new CertificateId(
                        CertRequests.principal(template.getIssuer()),
                        new SerialNumber(template.getSerialNumber().getValue()));
        Extensions details = all[0].getCrlEntryDetails();
        return new CmpMessage.Rr(
                new RevocationRequest(certificate, reason(details), invalidityDate(details)));
    }

    private static RevocationReason reason(Extensions details) {
        return value(details, Extension.reasonCode)
                .map(value -> ASN1Enumerated.getInstance(value).intValueExact())
                .map(code ->
                        RevocationReason.ofCode(code)
                                .orElseThrow(() ->
                                        new InvalidMessageException(
                                                FailInfo.badDataFormat, "CRLReason " + code)))
                .orElse(RevocationReason.UNSPECIFIED);
    }

    private static Optional<Instant> invalidityDate(Extensions details) {
        return value(details, Extension.invalidityDate)
                .map(value -> MessageTime.read(ASN1GeneralizedTime.getInstance(value)));
    }

    private static Optional<ASN1Encodable> value(Extensions details, ASN1ObjectIdentifier type) {
        Extension extension = details == null ? null : details.getExtension(type);
        return Optional.ofNullable(extension).map(Extension::getParsedValue);
    }

    /// To be called where decoding may fail.
    static CmpMessage readResponse(ASN1Encodable content) {
        PKIStatusInfo[] all =
                RevRepContent.getInstance(ASN1Sequence.getInstance(content)).getStatus();
        if (all.length != 1) {
            throw new InvalidMessageException(
                    FailInfo.badDataFormat, "expected one status, got " + all.length);
        }
        int code = all[0].getStatus().intValueExact();
        if (code == PKIStatus.GRANTED
                || code == PKIStatus.GRANTED_WITH_MODS
                || code == PKIStatus.REVOCATION_WARNING
                || code == PKIStatus.REVOCATION_NOTIFICATION) {
            return new CmpMessage.Rp();
        }
        return CmpBodies.unGranted(all[0]);
    }
}
