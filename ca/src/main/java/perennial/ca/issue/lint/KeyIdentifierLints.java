// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.lint;

import static perennial.ca.issue.lint.Candidate.encoding;
import static perennial.ca.issue.lint.Lint.unless;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;
import perennial.core.certificate.Certificate;

/// The key, and the names that keys go by.
final class KeyIdentifierLints {
    static final List<Lint<Candidate>> ALL =
            List.of(
                    new Lint<>(
                            "key is the requested one",
                            "RFC 4211 4",
                            KeyIdentifierLints::requestedKey),
                    new Lint<>(
                            "authority key identifier is the issuing key's",
                            "RFC 5280 4.2.1.1",
                            KeyIdentifierLints::authorityKey),
                    new Lint<>(
                            "authority key identifier names the issuing certificate or none",
                            "RFC 5280 4.2.1.1",
                            KeyIdentifierLints::authorityCertificate),
                    new Lint<>(
                            "subject key identifier is the key's",
                            "RFC 5280 4.2.1.2",
                            KeyIdentifierLints::subjectKey));

    private KeyIdentifierLints() {}

    private static Optional<String> requestedKey(Candidate candidate) {
        return unless(
                Arrays.equals(
                        encoding(candidate.tbs().getSubjectPublicKeyInfo()),
                        candidate.request().key().getEncoded()),
                "another key");
    }

    private static Optional<AuthorityKeyIdentifier> authority(Candidate candidate) {
        return candidate
                .value(Extension.authorityKeyIdentifier)
                .map(AuthorityKeyIdentifier::getInstance);
    }

    private static Optional<String> authorityKey(Candidate candidate) {
        byte[] expected = issuerKeyIdentifier(candidate.issuer());
        return unless(
                authority(candidate)
                        .filter(id -> Arrays.equals(id.getKeyIdentifierOctets(), expected))
                        .isPresent(),
                "absent or another key's");
    }

    /// What stands in the issuer's own certificate; there it may have been derived in another way
    /// than by us.
    private static byte[] issuerKeyIdentifier(Certificate issuer) {
        byte[] value = issuer.x509().getExtensionValue(Extension.subjectKeyIdentifier.getId());
        return value == null
                ? keyIdentifier(issuer.publicKey().getEncoded())
                : SubjectKeyIdentifier.getInstance(ASN1OctetString.getInstance(value).getOctets())
                        .getKeyIdentifier();
    }

    private static Optional<String> authorityCertificate(Candidate candidate) {
        Optional<AuthorityKeyIdentifier> id = authority(candidate);
        if (id.isEmpty()
                || (id.get().getAuthorityCertIssuer() == null
                        && id.get().getAuthorityCertSerialNumber() == null)) {
            return Optional.empty();
        }
        Certificate issuer = candidate.issuer();
        GeneralNames names =
                new GeneralNames(
                        new GeneralName(
                                X500Name.getInstance(
                                        issuer.x509().getIssuerX500Principal().getEncoded())));
        return unless(
                names.equals(id.get().getAuthorityCertIssuer())
                        && issuer.serialNumber()
                                .value()
                                .equals(id.get().getAuthorityCertSerialNumber()),
                "another certificate, or half of one");
    }

    private static Optional<String> subjectKey(Candidate candidate) {
        byte[] expected = keyIdentifier(encoding(candidate.tbs().getSubjectPublicKeyInfo()));
        return unless(
                candidate
                        .value(Extension.subjectKeyIdentifier)
                        .map(SubjectKeyIdentifier::getInstance)
                        .filter(id -> Arrays.equals(id.getKeyIdentifier(), expected))
                        .isPresent(),
                "absent or another key's");
    }

    private static byte[] keyIdentifier(byte[] key) {
        return new BcX509ExtensionUtils()
                .createSubjectKeyIdentifier(SubjectPublicKeyInfo.getInstance(key))
                .getKeyIdentifier();
    }
}
