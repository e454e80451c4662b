// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.lint;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;

/// The subject's other names.
final class AlternativeNameLints {
    private static final int IPV4_OCTETS = 4;
    private static final int IPV6_OCTETS = 16;

    /// No comment, no phrase, no brackets around it, and one at sign.
    private static final Pattern MAILBOX =
            Pattern.compile("[^@<>()\\s,;:\\\\\"\\[\\]]+@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*");

    private static final Pattern HOST =
            Pattern.compile(
                    "(\\*\\.)?[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
                            + "(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*");

    static final List<Lint<Candidate>> ALL =
            List.of(
                    new Lint<>(
                            "alternative names are there, when the extension is",
                            "RFC 5280 4.2.1.6",
                            AlternativeNameLints::notEmpty),
                    new Lint<>(
                            "alternative names have the form of their kind",
                            "RFC 5280 4.2.1.6",
                            AlternativeNameLints::form));

    private AlternativeNameLints() {}

    private static Optional<ASN1Sequence> names(Candidate candidate) {
        return candidate.value(Extension.subjectAlternativeName).map(ASN1Sequence::getInstance);
    }

    private static Optional<String> notEmpty(Candidate candidate) {
        return names(candidate).filter(names -> names.size() == 0).map(names -> "none");
    }

    private static Optional<String> form(Candidate candidate) {
        if (names(candidate).isEmpty()) {
            return Optional.empty();
        }
        for (var element : names(candidate).get()) {
            GeneralName name = GeneralName.getInstance(element);
            if (!hasForm(name)) {
                return Optional.of("name of kind [%d]".formatted(name.getTagNo()));
            }
        }
        return Optional.empty();
    }

    private static boolean hasForm(GeneralName name) {
        return switch (name.getTagNo()) {
            case GeneralName.rfc822Name -> MAILBOX.matcher(ascii(name)).matches();
            case GeneralName.dNSName -> HOST.matcher(ascii(name)).matches();
            case GeneralName.uniformResourceIdentifier -> isWhole(URI.create(ascii(name)));
            case GeneralName.iPAddress -> isAddress(ASN1OctetString.getInstance(name.getName()));
            case GeneralName.directoryName ->
                    ASN1Sequence.getInstance(name.getName().toASN1Primitive()).size() > 0;
            default -> true;
        };
    }

    /// What is not ASCII is in no IA5String, and matches nothing.
    private static String ascii(GeneralName name) {
        return new String(
                ASN1IA5String.getInstance(name.getName()).getOctets(), StandardCharsets.UTF_8);
    }

    private static boolean isWhole(URI uri) {
        return uri.isAbsolute() && (uri.getRawAuthority() == null || uri.getHost() != null);
    }

    private static boolean isAddress(ASN1OctetString octets) {
        int length = octets.getOctetsLength();
        return length == IPV4_OCTETS || length == IPV6_OCTETS;
    }
}
