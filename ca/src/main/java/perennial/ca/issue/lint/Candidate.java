// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.lint;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.TBSCertificate;
import perennial.core.authority.CertificationRequest;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.SignatureAlgorithm;

/// Bytes that want to be signed, read, beside what they have to agree with.
///
/// @param der as they would be signed
/// @param tbs the same, read
/// @param signed a whole certificate of them, under a throw-away signature
/// @param issuer the certificate of the key that would sign
/// @param algorithm what that key signs with
/// @param request what was asked for
record Candidate(
        byte[] der,
        TBSCertificate tbs,
        byte[] signed,
        Certificate issuer,
        SignatureAlgorithm algorithm,
        CertificationRequest request) {

    private static final int VERSION_3 = 3;

    /// @throws IllegalArgumentException when the bytes are no TBSCertificate of version 3 with
    ///   extensions; also when an extension occurs twice
    static TBSCertificate read(byte[] der) {
        if (der.length == 0) {
            throw new IllegalArgumentException("nothing to read");
        }
        TBSCertificate tbs;
        try {
            tbs =
                    TBSCertificate.getInstance(
                            ASN1Sequence.getInstance(ASN1Primitive.fromByteArray(der)));
        } catch (IOException | RuntimeException | StackOverflowError e) {
            throw new IllegalArgumentException("cannot be read: " + e.getMessage(), e);
        }
        if (tbs.getVersionNumber() != VERSION_3 || tbs.getExtensions() == null) {
            throw new IllegalArgumentException(
                    "version %d, extensions %s"
                            .formatted(
                                    tbs.getVersionNumber(),
                                    tbs.getExtensions() == null ? "absent" : "present"));
        }
        return tbs;
    }

    Optional<Extension> extension(ASN1ObjectIdentifier oid) {
        return Optional.ofNullable(tbs.getExtensions().getExtension(oid));
    }

    /// The extension's value, read from its octets.
    Optional<ASN1Encodable> value(ASN1ObjectIdentifier oid) {
        return extension(oid).map(Extension::getParsedValue);
    }

    List<ASN1ObjectIdentifier> extensionIds() {
        return Arrays.asList(tbs.getExtensions().getExtensionOIDs());
    }

    /// The purposes of the extended key usage, in their order; none when it is absent.
    List<KeyPurposeId> purposes() {
        return value(Extension.extendedKeyUsage)
                .map(ASN1Sequence::getInstance)
                .map(ASN1Sequence::toArray)
                .map(Arrays::asList)
                .orElse(List.of())
                .stream()
                .map(KeyPurposeId::getInstance)
                .toList();
    }

    /// Whether it is for a signer of status answers that nobody asks the status of (RFC 6960
    /// 4.2.2.2.1): such a certificate says nothing about where status is found.
    boolean isStatusSigner() {
        return purposes().contains(KeyPurposeId.id_kp_OCSPSigning)
                && extension(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck).isPresent();
    }

    static byte[] encoding(ASN1Encodable value) {
        try {
            return value.toASN1Primitive().getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new IllegalArgumentException("does not encode", e);
        }
    }
}
