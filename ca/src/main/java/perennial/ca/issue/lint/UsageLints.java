// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.lint;

import static perennial.ca.issue.lint.Lint.unless;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/// What the key may be used for.
final class UsageLints {
    private static final int AUTHORITY_USAGES = KeyUsage.keyCertSign | KeyUsage.cRLSign;
    private static final int ONE_WAY_USAGES = KeyUsage.encipherOnly | KeyUsage.decipherOnly;

    static final List<Lint<Candidate>> ALL =
            List.of(
                    new Lint<>(
                            "key usage is present and critical",
                            "RFC 5280 4.2.1.3",
                            UsageLints::present),
                    new Lint<>(
                            "key usage has a bit set, and none of an authority's",
                            "RFC 5280 4.2.1.3, 4.2.1.9",
                            UsageLints::bits),
                    new Lint<>(
                            "encipherOnly and decipherOnly stand one at a time beside keyAgreement",
                            "RFC 5280 4.2.1.3",
                            UsageLints::oneWay),
                    new Lint<>(
                            "key usage suits the key",
                            "RFC 3279 2.3.1, RFC 5480 3, RFC 8410 5",
                            UsageLints::suitsKey),
                    new Lint<>(
                            "extended key usage is not empty, nor any",
                            "RFC 5280 4.2.1.12",
                            UsageLints::purposes),
                    new Lint<>(
                            "extended key usages stand there once each",
                            "RFC 5280 4.2.1.12",
                            UsageLints::purposesOnce),
                    new Lint<>(
                            "a signer of status answers signs nothing else",
                            "RFC 6960 4.2.2.2",
                            UsageLints::statusSigner));

    private UsageLints() {}

    private static Optional<String> present(Candidate candidate) {
        return unless(
                candidate.extension(Extension.keyUsage).filter(Extension::isCritical).isPresent(),
                "absent or not critical");
    }

    private static Optional<String> bits(Candidate candidate) {
        int usages = usages(candidate);
        boolean absent = candidate.extension(Extension.keyUsage).isEmpty();
        return unless(absent || (usages != 0 && (usages & AUTHORITY_USAGES) == 0), hex(usages));
    }

    private static Optional<String> oneWay(Candidate candidate) {
        int usages = usages(candidate);
        int oneWay = usages & ONE_WAY_USAGES;
        return unless(
                oneWay == 0 || (oneWay != ONE_WAY_USAGES && (usages & KeyUsage.keyAgreement) != 0),
                hex(usages));
    }

    private static Optional<String> suitsKey(Candidate candidate) {
        var algorithm = candidate.tbs().getSubjectPublicKeyInfo().getAlgorithm().getAlgorithm();
        int enciphering = KeyUsage.keyEncipherment | KeyUsage.dataEncipherment;
        int unsuited;
        if (algorithm.equals(PKCSObjectIdentifiers.rsaEncryption)) {
            unsuited = KeyUsage.keyAgreement;
        } else if (algorithm.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            unsuited = enciphering;
        } else {
            unsuited = enciphering | KeyUsage.keyAgreement;
        }
        return unless((usages(candidate) & unsuited) == 0, hex(usages(candidate)));
    }

    private static String hex(int usages) {
        return "bits %x".formatted(usages);
    }

    /// In the order of BouncyCastle's constants: the ninth bit comes above the first eight.
    static int usages(Candidate candidate) {
        byte[] octets =
                candidate
                        .value(Extension.keyUsage)
                        .map(ASN1BitString::getInstance)
                        .map(ASN1BitString::getBytes)
                        .orElse(new byte[0]);
        int usages = octets.length > 0 ? octets[0] & 0xFF : 0;
        return octets.length > 1 ? usages | (octets[1] & 0xFF) << 8 : usages;
    }

    private static Optional<String> purposes(Candidate candidate) {
        List<KeyPurposeId> purposes = candidate.purposes();
        boolean empty =
                purposes.isEmpty() && candidate.extension(Extension.extendedKeyUsage).isPresent();
        return unless(
                !empty && !purposes.contains(KeyPurposeId.anyExtendedKeyUsage), "any, or none");
    }

    private static Optional<String> purposesOnce(Candidate candidate) {
        List<KeyPurposeId> purposes = candidate.purposes();
        return unless(new HashSet<>(purposes).size() == purposes.size(), "got " + purposes);
    }

    /// A holder's key that could sign status answers could make every revoked certificate good.
    private static Optional<String> statusSigner(Candidate candidate) {
        List<KeyPurposeId> purposes = candidate.purposes();
        boolean signs = purposes.contains(KeyPurposeId.id_kp_OCSPSigning);
        boolean unchecked =
                candidate.extension(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck).isPresent();
        if (!signs && !unchecked) {
            return Optional.empty();
        }
        return unless(
                purposes.stream().allMatch(KeyPurposeId.id_kp_OCSPSigning::equals)
                        && signs
                        && unchecked
                        && usages(candidate) == KeyUsage.digitalSignature,
                "purposes %s, no check %s, %s"
                        .formatted(purposes, unchecked, hex(usages(candidate))));
    }
}
