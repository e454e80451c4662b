// SPDX-License-Identifier: Apache-2.0
package perennial.agent.hipki;

import java.security.cert.CertificateParsingException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import perennial.agent.json.Json;
import perennial.core.certificate.Certificate;

/// One certificate as `certs` holds it.
final class CertificateEntry {
    private static final int RFC822_NAME = 1;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu/MM/dd HH:mm:ss").withZone(ZoneId.of("Asia/Taipei"));

    private CertificateEntry() {}

    /// @param id CKA_ID in Base64; empty for an authority's
    static Json of(String label, String id, Certificate certificate) {
        DistinguishedName subject = DistinguishedName.of(certificate.subjectText());
        DirectoryAttributes attributes = new DirectoryAttributes(certificate);
        Instant notBefore = certificate.validity().notBefore();
        Instant notAfter = certificate.validity().notAfter();
        Json.Members entry =
                new Json.Members()
                        .with("label", label)
                        .with("id", id)
                        .with("usage", KeyName.usage(certificate))
                        .with("certb64", Base64.getEncoder().encodeToString(certificate.der()))
                        .with("subjectDN", subject.toString())
                        .with("subjectCN", subject.value("CN").orElse(""))
                        .with("subjectID", attributes.subjectId().orElse(""))
                        .with("issuerDN", DistinguishedName.of(certificate.issuerText()).toString())
                        .with("sn", certificate.serialNumber().hex())
                        .with("notBefore", TIME.format(notBefore))
                        .with("notAfter", TIME.format(notAfter))
                        .with("notBeforeT", notBefore.getEpochSecond())
                        .with("notAfterT", notAfter.getEpochSecond())
                        .with("signatureAlgorithm", certificate.x509().getSigAlgName())
                        .with("thumbprint", certificate.fingerprint());
        email(certificate).ifPresent(address -> entry.with("email", address));
        attributes.holderRank().ifPresent(rank -> entry.with("holderRank", rank));
        return entry;
    }

    private static Optional<String> email(Certificate certificate) {
        Collection<List<?>> names;
        try {
            names = certificate.x509().getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            return Optional.empty();
        }
        return names == null
                ? Optional.empty()
                : names.stream()
                        .filter(name -> name.getFirst().equals(RFC822_NAME))
                        .map(name -> String.valueOf(name.get(1)))
                        .findFirst();
    }
}
