// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.lint;

import static perennial.ca.issue.lint.Candidate.encoding;
import static perennial.ca.issue.lint.Lint.unless;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1PrintableString;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.ASN1UTF8String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;

/// The subject: what is in its attributes, and that it is the one it has to be.
final class SubjectLints {
    private static final Pattern PRINTABLE = Pattern.compile("[A-Za-z0-9 '()+,\\-./:=?]*");
    private static final Pattern COUNTRY = Pattern.compile("[A-Z]{2}");

    /// The upper bounds that the attributes' definitions give, in characters.
    private static final Map<ASN1ObjectIdentifier, Integer> MAX_LENGTH =
            Map.of(
                    BCStyle.CN, 64,
                    BCStyle.SERIALNUMBER, 64,
                    BCStyle.O, 64,
                    BCStyle.OU, 64,
                    BCStyle.T, 64,
                    BCStyle.L, 128,
                    BCStyle.ST, 128,
                    BCStyle.PSEUDONYM, 128,
                    BCStyle.E, 255);

    static final List<Lint<Candidate>> ALL =
            List.of(
                    new Lint<>(
                            "subject is not empty, nor is one of its values",
                            "RFC 5280 4.1.2.6",
                            SubjectLints::notEmpty),
                    new Lint<>(
                            "subject's values are UTF8String or PrintableString",
                            "RFC 5280 4.1.2.6",
                            candidate -> first(candidate, value -> !isRightString(value))),
                    new Lint<>(
                            "PrintableString has its own characters only",
                            "RFC 5280 appendix B",
                            candidate -> first(candidate, value -> !isPrintable(value))),
                    new Lint<>(
                            "country is one code of two capital letters",
                            "RFC 5280 appendix A.1, ISO 3166-1",
                            SubjectLints::country),
                    new Lint<>(
                            "subject's values have no control characters, nor spaces around them",
                            "RFC 5280 7.1",
                            candidate -> first(candidate, value -> !isTrim(value))),
                    new Lint<>(
                            "subject's values are in normalization form C",
                            "RFC 5198 3",
                            candidate -> first(candidate, value -> !isNormal(value))),
                    new Lint<>(
                            "subject's values are no longer than their attribute allows",
                            "RFC 5280 appendix A.1",
                            candidate -> first(candidate, value -> !fits(value))),
                    new Lint<>(
                            "subject is what was asked for",
                            "RFC 3647 outline 4.6",
                            SubjectLints::requested),
                    new Lint<>(
                            "a renewal keeps the subject",
                            "RFC 3647 outline 4.6",
                            SubjectLints::renewed));

    private SubjectLints() {}

    private static Optional<String> notEmpty(Candidate candidate) {
        return attributes(candidate).isEmpty()
                ? Optional.of("empty")
                : first(candidate, value -> text(value).isEmpty());
    }

    /// Two older attributes are IA5String by their definition (RFC 5280 appendix A.1).
    private static boolean isRightString(AttributeTypeAndValue attribute) {
        boolean ia5 =
                attribute.getType().equals(BCStyle.E) || attribute.getType().equals(BCStyle.DC);
        return switch (attribute.getValue()) {
            case ASN1UTF8String _, ASN1PrintableString _ -> !ia5;
            case ASN1IA5String _ -> ia5;
            default -> false;
        };
    }

    private static boolean isPrintable(AttributeTypeAndValue attribute) {
        return !(attribute.getValue() instanceof ASN1PrintableString string)
                || PRINTABLE.matcher(string.getString()).matches();
    }

    private static Optional<String> country(Candidate candidate) {
        List<AttributeTypeAndValue> countries =
                attributes(candidate).stream()
                        .filter(attribute -> attribute.getType().equals(BCStyle.C))
                        .toList();
        boolean right =
                countries.size() <= 1
                        && countries.stream()
                                .allMatch(country ->
                                        country.getValue() instanceof ASN1PrintableString code
                                                && COUNTRY.matcher(code.getString()).matches());
        return unless(right, "got " + countries.stream().map(SubjectLints::text).toList());
    }

    /// A NUL ends the name for programs that count characters by it; a space around it makes two
    /// names that look like one.
    private static boolean isTrim(AttributeTypeAndValue attribute) {
        String text = text(attribute);
        return text.equals(text.strip())
                && text.codePoints()
                        .noneMatch(character ->
                                Character.isISOControl(character)
                                        || Character.getType(character) == Character.FORMAT
                                        || Character.getType(character) == Character.SURROGATE);
    }

    private static boolean isNormal(AttributeTypeAndValue attribute) {
        return Normalizer.isNormalized(text(attribute), Normalizer.Form.NFC);
    }

    private static boolean fits(AttributeTypeAndValue attribute) {
        String text = text(attribute);
        int max = MAX_LENGTH.getOrDefault(attribute.getType(), Integer.MAX_VALUE);
        return text.codePointCount(0, text.length()) <= max;
    }

    private static Optional<String> requested(Candidate candidate) {
        return unless(
                Arrays.equals(
                        encoding(candidate.tbs().getSubject()),
                        candidate.request().subject().getEncoded()),
                "got " + candidate.tbs().getSubject());
    }

    private static Optional<String> renewed(Candidate candidate) {
        return candidate
                .request()
                .replaces()
                .filter(old ->
                        !Arrays.equals(
                                encoding(candidate.tbs().getSubject()), old.subject().getEncoded()))
                .map(old -> "expected %s".formatted(old.subjectText()));
    }

    static List<AttributeTypeAndValue> attributes(Candidate candidate) {
        List<AttributeTypeAndValue> attributes = new ArrayList<>();
        for (RDN part : candidate.tbs().getSubject().getRDNs()) {
            attributes.addAll(Arrays.asList(part.getTypesAndValues()));
        }
        return attributes;
    }

    private static Optional<String> first(
            Candidate candidate, Predicate<AttributeTypeAndValue> isWrong) {
        return attributes(candidate).stream()
                .filter(isWrong)
                .map(attribute -> "attribute " + attribute.getType())
                .findFirst();
    }

    private static String text(AttributeTypeAndValue attribute) {
        return attribute.getValue() instanceof ASN1String string ? string.getString() : "?";
    }
}
