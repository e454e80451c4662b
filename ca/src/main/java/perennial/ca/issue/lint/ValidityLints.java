// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.lint;

import static perennial.ca.issue.lint.Candidate.encoding;
import static perennial.ca.issue.lint.Lint.unless;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1UTCTime;
import org.bouncycastle.asn1.x509.Time;
import perennial.core.certificate.Certificate;

/// From when to when, and how that is written.
final class ValidityLints {
    /// UTCTime holds the years to 2049, GeneralizedTime those from 2050.
    private static final Instant GENERALIZED_FROM = Instant.parse("2050-01-01T00:00:00Z");

    private static final Pattern UTC_TIME = Pattern.compile("\\d{12}Z");
    private static final Pattern GENERALIZED_TIME = Pattern.compile("\\d{14}Z");

    static final List<Lint<Candidate>> ALL =
            List.of(
                    new Lint<>(
                            "times are UTCTime to 2049, GeneralizedTime from 2050, to the second",
                            "RFC 5280 4.1.2.5",
                            ValidityLints::timeEncoding),
                    new Lint<>(
                            "validity lies inside the issuing authority's",
                            "RFC 5280 6.1.3",
                            ValidityLints::insideIssuer));

    private ValidityLints() {}

    private static Optional<String> timeEncoding(Candidate candidate) {
        Time begin = candidate.tbs().getStartDate();
        Time end = candidate.tbs().getEndDate();
        return unless(
                isRightlyEncoded(begin) && isRightlyEncoded(end),
                "%s to %s".formatted(begin.getTime(), end.getTime()));
    }

    private static boolean isRightlyEncoded(Time time) {
        boolean late = !instant(time).isBefore(GENERALIZED_FROM);
        return switch (time.toASN1Primitive()) {
            case ASN1UTCTime utc -> !late && UTC_TIME.matcher(text(utc)).matches();
            case ASN1GeneralizedTime general ->
                    late && GENERALIZED_TIME.matcher(text(general)).matches();
            default -> false;
        };
    }

    /// The characters as they are encoded: both times are at most 19 of them.
    private static String text(ASN1Primitive time) {
        byte[] encoding = encoding(time);
        return new String(encoding, 2, encoding.length - 2, StandardCharsets.US_ASCII);
    }

    /// A beginning that a renewal carries over may lie before a younger issuing key's.
    private static Optional<String> insideIssuer(Candidate candidate) {
        Instant begin = instant(candidate.tbs().getStartDate());
        Instant end = instant(candidate.tbs().getEndDate());
        Certificate issuer = candidate.issuer();
        boolean carriedOver =
                candidate
                        .request()
                        .replaces()
                        .filter(old -> old.validity().notBefore().equals(begin))
                        .isPresent();
        return unless(
                !end.isBefore(begin)
                        && (carriedOver || !begin.isBefore(issuer.validity().notBefore()))
                        && !end.isAfter(issuer.validity().notAfter()),
                "%s to %s".formatted(begin, end));
    }

    static Instant instant(Time time) {
        return time.getDate().toInstant();
    }
}
