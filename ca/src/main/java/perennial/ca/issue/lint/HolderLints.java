// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.lint;

import static perennial.ca.issue.lint.Lint.unless;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1PrintableString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.ASN1UTF8String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x509.Attribute;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import perennial.ca.CertificateProfile.DirectoryAttribute;
import perennial.ca.CertificateProfile.SubjectAttribute;
import perennial.ca.CertificateProfile.ValueKind;
import perennial.ca.profile.HolderExtensions;
import perennial.core.certificate.Certificate;

/// The profile's rules on what a certificate says of its holder.
final class HolderLints {
    static final List<Lint<Planned>> ALL =
            List.of(
                    new Lint<>(
                            "subject has the attributes that the profile allows",
                            "RFC 3647 outline 3.1.1, 7.1.4",
                            HolderLints::allowed),
                    new Lint<>(
                            "subject has the attributes that the profile requires",
                            "RFC 3647 outline 3.1.1, 7.1.4",
                            HolderLints::required),
                    new Lint<>(
                            "directory attributes are the holder's, of the profile's types",
                            "RFC 5280 4.2.1.8",
                            HolderLints::directoryAttributes),
                    new Lint<>(
                            "alternative name is the holder's mail address alone",
                            "RFC 5280 4.2.1.6",
                            HolderLints::mail));

    private HolderLints() {}

    private static Optional<String> allowed(Planned planned) {
        List<SubjectAttribute> rules = planned.plan().profile().subject();
        return SubjectLints.attributes(planned.candidate()).stream()
                .filter(attribute ->
                        !rules.isEmpty()
                                && rules.stream().noneMatch(rule -> allows(rule, attribute)))
                .map(attribute -> "attribute " + attribute.getType())
                .findFirst();
    }

    private static boolean allows(SubjectAttribute rule, AttributeTypeAndValue attribute) {
        String text = ((ASN1String) attribute.getValue()).getString();
        return rule.type().equals(attribute.getType().getId())
                && rule.value().filter(value -> !value.equals(text)).isEmpty()
                && rule.pattern().filter(pattern -> !Pattern.matches(pattern, text)).isEmpty();
    }

    private static Optional<String> required(Planned planned) {
        Set<String> present = new HashSet<>();
        SubjectLints.attributes(planned.candidate())
                .forEach(attribute -> present.add(attribute.getType().getId()));
        return planned.plan().profile().subject().stream()
                .filter(SubjectAttribute::required)
                .filter(rule -> !present.contains(rule.type()))
                .map(rule -> "no attribute " + rule.type())
                .findFirst();
    }

    private static Optional<String> directoryAttributes(Planned planned) {
        var read = HolderExtensions.of(Certificate.ofDer(planned.candidate().signed()));
        if (!read.directoryAttributes().equals(planned.plan().holder().directoryAttributes())) {
            return Optional.of("got " + read.directoryAttributes().keySet());
        }
        for (ASN1Encodable element : sequence(planned, Extension.subjectDirectoryAttributes)) {
            Attribute attribute = Attribute.getInstance(element);
            boolean right =
                    attribute.getAttrValues().size() == 1
                            && planned.plan().profile().directoryAttributes().stream()
                                    .anyMatch(rule -> hasType(rule, attribute));
            if (!right) {
                return Optional.of("attribute " + attribute.getAttrType());
            }
        }
        return Optional.empty();
    }

    private static boolean hasType(DirectoryAttribute rule, Attribute attribute) {
        ASN1Encodable value = attribute.getAttrValues().getObjectAt(0);
        ValueKind kind =
                switch (value) {
                    case ASN1ObjectIdentifier _ -> ValueKind.OBJECT_IDENTIFIER;
                    case ASN1Integer _ -> ValueKind.INTEGER;
                    case ASN1UTF8String _ -> ValueKind.UTF8_STRING;
                    case ASN1PrintableString _ -> ValueKind.PRINTABLE_STRING;
                    default -> throw new IllegalArgumentException("a value of another type");
                };
        return rule.type().equals(attribute.getAttrType().getId()) && rule.kind() == kind;
    }

    private static Optional<String> mail(Planned planned) {
        List<GeneralName> expected =
                planned.plan().holder().mail().stream()
                        .map(mail -> new GeneralName(GeneralName.rfc822Name, mail))
                        .toList();
        ASN1Sequence names = sequence(planned, Extension.subjectAlternativeName);
        if (names.size() == 0) {
            // Whether there has to be one is the list of extensions' business.
            return Optional.empty();
        }
        List<GeneralName> got =
                List.of(names.toArray()).stream().map(GeneralName::getInstance).toList();
        return unless(
                expected.isEmpty() || got.equals(expected), "got %d names".formatted(got.size()));
    }

    private static ASN1Sequence sequence(Planned planned, ASN1ObjectIdentifier oid) {
        return planned.candidate()
                .value(oid)
                .map(ASN1Sequence::getInstance)
                .orElseGet(org.bouncycastle.asn1.DERSequence::new);
    }
}
