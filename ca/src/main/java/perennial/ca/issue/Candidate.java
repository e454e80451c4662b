// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue;

import java.io.IOException;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.TBSCertificate;
import perennial.core.authority.CertificationRequest;
import perennial.core.certificate.Certificate;

/// Bytes that want to be signed, read, beside what they have to agree with.
///
/// @param der as they would be signed
/// @param tbs the same, read
/// @param issuer the certificate of the key that would sign
/// @param request what was asked for
record Candidate(byte[] der, TBSCertificate tbs, Certificate issuer, CertificationRequest request) {

    /// @throws IllegalArgumentException when the bytes are no TBSCertificate; also when an
    ///   extension occurs twice (RFC 5280 4.2)
    static Candidate read(byte[] der, Certificate issuer, CertificationRequest request) {
        try {
            ASN1Sequence sequence = ASN1Sequence.getInstance(ASN1Primitive.fromByteArray(der));
            return new Candidate(der, TBSCertificate.getInstance(sequence), issuer, request);
        } catch (IOException | IllegalStateException e) {
            throw new IllegalArgumentException("not ASN.1", e);
        }
    }

    Optional<Extension> extension(ASN1ObjectIdentifier oid) {
        Extensions extensions = tbs.getExtensions();
        return extensions == null
                ? Optional.empty()
                : Optional.ofNullable(extensions.getExtension(oid));
    }

    /// The extension's value, read from its octets.
    Optional<ASN1Encodable> value(ASN1ObjectIdentifier oid) {
        return extension(oid).map(Extension::getParsedValue);
    }
}
