// SPDX-License-Identifier: Apache-2.0
package perennial.ca.ocsp;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPRequest;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.Req;

/// An OCSP request, read and bounded (RFC 6960 4.1.1). A signature on it is not looked at: nobody
/// needs a permission to ask.
///
/// @param certificates at least one, at most 20
/// @param nonce what the answer has to carry; empty when none was sent or it is longer than 32
///   octets
/// @param hadNonce whether one was sent: then the answer is for this asker only
record Question(List<CertID> certificates, Optional<byte[]> nonce, boolean hadNonce) {
    /// No request is longer: 20 certificates and a nonce fit.
    static final int MAX_OCTETS = 4096;

    private static final int MAX_CERTIFICATES = 20;

    /// A nonce outside 1 to 128 octets makes the request malformed; one above 32 may be left out of
    /// the answer (RFC 9654 2.1).
    private static final int MAX_NONCE_OCTETS = 128;

    private static final int MAX_ECHOED_NONCE_OCTETS = 32;

    /// @return empty when the request is malformed
    static Optional<Question> read(byte[] der) {
        if (der.length == 0 || der.length > MAX_OCTETS) {
            return Optional.empty();
        }
        try {
            OCSPReq request =
                    new OCSPReq(OCSPRequest.getInstance(ASN1Primitive.fromByteArray(der)));
            List<CertID> certificates =
                    Arrays.stream(request.getRequestList()).map(Question::certificate).toList();
            if (certificates.isEmpty()
                    || certificates.size() > MAX_CERTIFICATES
                    || request.getVersionNumber() != 1) {
                return Optional.empty();
            }
            for (Object oid : request.getCriticalExtensionOIDs()) {
                if (!oid.equals(OCSPObjectIdentifiers.id_pkix_ocsp_nonce)) {
                    return Optional.empty();
                }
            }
            Extension nonce = request.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce);
            if (nonce == null) {
                return Optional.of(new Question(certificates, Optional.empty(), false));
            }
            return nonce(nonce, certificates);
        } catch (IOException
                | IllegalArgumentException
                | IllegalStateException
                | ClassCastException e) {
            return Optional.empty();
        }
    }

    private static Optional<Question> nonce(Extension extension, List<CertID> certificates)
            throws IOException {
        byte[] nonce =
                ASN1OctetString.getInstance(
                                ASN1Primitive.fromByteArray(extension.getExtnValue().getOctets()))
                        .getOctets();
        if (nonce.length == 0 || nonce.length > MAX_NONCE_OCTETS) {
            return Optional.empty();
        }
        Optional<byte[]> echoed =
                nonce.length <= MAX_ECHOED_NONCE_OCTETS ? Optional.of(nonce) : Optional.empty();
        return Optional.of(new Question(certificates, echoed, true));
    }

    private static CertID certificate(Req request) {
        Extensions extensions = request.getSingleRequestExtensions();
        if (extensions != null && extensions.hasAnyCriticalExtensions()) {
            throw new IllegalArgumentException("an extension that must be understood is not");
        }
        return request.getCertID().toASN1Primitive();
    }
}
