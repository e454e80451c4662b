// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.lint;

import static perennial.ca.issue.lint.Lint.unless;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.KeyUsage;
import perennial.core.certificate.Validity;
import perennial.core.crypto.KeyAlgorithm;

/// The profile's own rules, but those on the holder ([HolderLints]): the certificate says what the
/// profile says, no more and no less. Looked at when an intent is written down, and only then.
final class ProfileLints {
    private static final List<Lint<Planned>> OWN =
            List.of(
                    new Lint<>(
                            "extensions are the profile's, no more and no less",
                            "RFC 3647 outline 7.1.2",
                            ProfileLints::extensions),
                    new Lint<>(
                            "key usage is the profile's",
                            "RFC 3647 outline 6.1.7",
                            ProfileLints::keyUsage),
                    new Lint<>(
                            "extended key usages are the profile's, in its order",
                            "RFC 3647 outline 6.1.7",
                            ProfileLints::purposes),
                    new Lint<>(
                            "policies are the profile's, in its order",
                            "RFC 3647 outline 7.1.6",
                            ProfileLints::policies),
                    new Lint<>(
                            "validity is what the profile's rule gives",
                            "RFC 3647 outline 6.3.2",
                            ProfileLints::validity),
                    new Lint<>(
                            "key is of a kind that the profile certifies today",
                            "RFC 3647 outline 6.1.5, 7.1.3",
                            ProfileLints::keyKind),
                    new Lint<>(
                            "addresses are this authority's",
                            "RFC 3647 outline 4.9.9, 7.1.2",
                            ProfileLints::addresses));

    static final List<Lint<Planned>> ALL =
            Stream.concat(OWN.stream(), HolderLints.ALL.stream()).toList();

    private ProfileLints() {}

    private static Optional<String> extensions(Planned planned) {
        Set<ASN1ObjectIdentifier> expected =
                new HashSet<>(
                        List.of(
                                Extension.authorityKeyIdentifier,
                                Extension.subjectKeyIdentifier,
                                Extension.keyUsage,
                                Extension.certificatePolicies,
                                Extension.basicConstraints));
        List<String> purposes = planned.plan().profile().extendedKeyUsages();
        if (!purposes.isEmpty()) {
            expected.add(Extension.extendedKeyUsage);
        }
        if (purposes.contains(KeyPurposeId.id_kp_OCSPSigning.getId())) {
            expected.add(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck);
        } else {
            expected.add(Extension.cRLDistributionPoints);
            expected.add(Extension.authorityInfoAccess);
        }
        if (planned.plan().holder().mail().isPresent()) {
            expected.add(Extension.subjectAlternativeName);
        }
        if (!planned.plan().holder().directoryAttributes().isEmpty()) {
            expected.add(Extension.subjectDirectoryAttributes);
        }
        Set<ASN1ObjectIdentifier> got = new HashSet<>(planned.candidate().extensionIds());
        return unless(got.equals(expected), "expected %s, got %s".formatted(expected, got));
    }

    private static Optional<String> keyUsage(Planned planned) {
        Set<KeyUsage> expected = EnumSet.noneOf(KeyUsage.class);
        expected.addAll(planned.plan().profile().keyUsages());
        boolean agrees =
                planned.candidate()
                        .tbs()
                        .getSubjectPublicKeyInfo()
                        .getAlgorithm()
                        .getAlgorithm()
                        .equals(X9ObjectIdentifiers.id_ecPublicKey);
        // An EC key does not encipher, it agrees (RFC 5480 3).
        if (agrees
                && expected.removeAll(
                        EnumSet.of(KeyUsage.KEY_ENCIPHERMENT, KeyUsage.DATA_ENCIPHERMENT))) {
            expected.add(KeyUsage.KEY_AGREEMENT);
        }
        int bits = expected.stream().mapToInt(usage -> 0x80 >> usage.bit()).sum();
        int got = UsageLints.usages(planned.candidate());
        return unless(got == bits, "expected bits %x, got %x".formatted(bits, got));
    }

    private static Optional<String> purposes(Planned planned) {
        List<String> got =
                planned.candidate().purposes().stream().map(KeyPurposeId::getId).toList();
        return unless(got.equals(planned.plan().profile().extendedKeyUsages()), "got " + got);
    }

    private static Optional<String> policies(Planned planned) {
        List<String> got =
                ExtensionLints.policyIds(planned.candidate()).stream()
                        .map(ASN1ObjectIdentifier::getId)
                        .toList();
        return unless(got.equals(planned.plan().profile().policies()), "got " + got);
    }

    private static Optional<String> validity(Planned planned) {
        Validity got = Certificate.ofDer(planned.candidate().signed()).validity();
        return unless(
                got.equals(planned.plan().validity()),
                "expected %s, got %s".formatted(planned.plan().validity(), got));
    }

    private static Optional<String> keyKind(Planned planned) {
        var allowed = planned.plan().profile().algorithms(planned.plan().at());
        var kind = KeyAlgorithm.of(planned.candidate().request().key());
        return unless(
                allowed.isEmpty() || kind.filter(allowed.get()::contains).isPresent(),
                "got %s".formatted(kind.map(KeyAlgorithm::name).orElse("another")));
    }

    private static Optional<String> addresses(Planned planned) {
        String base = planned.plan().publicBase() + "/";
        return PointerLints.addresses(planned.candidate()).stream()
                .filter(address -> !address.startsWith(base))
                .map(address -> "got " + address)
                .findFirst();
    }
}
