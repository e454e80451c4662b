// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1PrintableString;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.ASN1UTCTime;
import org.bouncycastle.asn1.ASN1UTF8String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Time;
import perennial.ca.keys.SignatureContent;
import perennial.ca.profile.KeyCheck;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.SignatureAlgorithm;

/// Lints of the fields before the extensions. Like all lints they look at the bytes, the issuer and
/// the request, not at the profile: bytes linted once pass again after profiles have changed, and
/// bytes altered in the database do not.
final class FieldLints {
    private static final int MAX_SERIAL_OCTETS = 20;
    private static final int MIN_SERIAL_BITS = 64;

    /// UTCTime holds the years to 2049, GeneralizedTime those from 2050.
    private static final Instant GENERALIZED_FROM = Instant.parse("2050-01-01T00:00:00Z");

    private static final Pattern UTC_TIME = Pattern.compile("\\d{12}Z");
    private static final Pattern GENERALIZED_TIME = Pattern.compile("\\d{14}Z");
    private static final Pattern PRINTABLE = Pattern.compile("[A-Za-z0-9 '()+,\\-./:=?]*");

    static final List<Lint> ALL =
            List.of(
                    new Lint("is DER", "RFC 5280 4.1", FieldLints::der),
                    new Lint("a second parser reads the same", "X.690 10", FieldLints::parser),
                    new Lint("version is 3", "RFC 5280 4.1.2.1", FieldLints::version),
                    new Lint(
                            "serial number is positive, random, at most 20 octets",
                            "RFC 5280 4.1.2.2, CA/B BR 7.1",
                            FieldLints::serialNumber),
                    new Lint(
                            "signature algorithm is the issuing key's",
                            "RFC 5280 4.1.2.3",
                            FieldLints::signatureAlgorithm),
                    new Lint(
                            "issuer is the issuing authority's subject, octet for octet",
                            "RFC 5280 4.1.2.4",
                            FieldLints::issuer),
                    new Lint(
                            "times are UTCTime to 2049, GeneralizedTime from 2050, to the second",
                            "RFC 5280 4.1.2.5",
                            FieldLints::timeEncoding),
                    new Lint(
                            "validity lies inside the issuing authority's",
                            "RFC 5280 6.1.3",
                            FieldLints::validity),
                    new Lint(
                            "subject is not empty, its values are UTF8String or PrintableString",
                            "RFC 5280 4.1.2.6",
                            FieldLints::subject),
                    new Lint(
                            "subject is what was asked for",
                            "RFC 3647 outline 4.6",
                            FieldLints::requestedSubject),
                    new Lint(
                            "a renewal keeps the subject",
                            "RFC 3647 outline 4.6",
                            FieldLints::renewedSubject),
                    new Lint("key is the requested one", "RFC 4211 4", FieldLints::requestedKey),
                    new Lint("key is strong enough", "CA/B BR 6.1.6", FieldLints::key),
                    new Lint("no unique identifiers", "RFC 5280 4.1.2.8", FieldLints::uniqueIds));

    private FieldLints() {}

    private static Optional<String> der(Candidate candidate) {
        try {
            byte[] again =
                    ASN1Primitive.fromByteArray(candidate.der()).getEncoded(ASN1Encoding.DER);
            return unless(Arrays.equals(again, candidate.der()), "encodes differently");
        } catch (IOException e) {
            return Optional.of("cannot be read");
        }
    }

    /// With a signature of zeros, which verifies under no key.
    private static Optional<String> parser(Candidate candidate) {
        SignatureAlgorithm algorithm = SignatureAlgorithm.forKey(candidate.issuer().publicKey());
        Certificate read =
                Certificate.ofDer(IssuingKey.assemble(candidate.der(), algorithm, new byte[256]));
        return unless(
                read.x509().getSerialNumber().equals(candidate.tbs().getSerialNumber().getValue()),
                "the JDK reads another serial number");
    }

    private static Optional<String> version(Candidate candidate) {
        return unless(
                candidate.tbs().getVersionNumber() == 3,
                "version " + candidate.tbs().getVersionNumber());
    }

    private static Optional<String> serialNumber(Candidate candidate) {
        BigInteger serial = candidate.tbs().getSerialNumber().getValue();
        return unless(
                serial.signum() > 0
                        && serial.toByteArray().length <= MAX_SERIAL_OCTETS
                        && serial.bitLength() >= MIN_SERIAL_BITS,
                "%d bits, sign %d".formatted(serial.bitLength(), serial.signum()));
    }

    private static Optional<String> signatureAlgorithm(Candidate candidate) {
        var expected =
                SignatureContent.identifier(
                        SignatureAlgorithm.forKey(candidate.issuer().publicKey()));
        return unless(
                expected.equals(candidate.tbs().getSignature()),
                "expected %s, got %s"
                        .formatted(
                                expected.getAlgorithm(),
                                candidate.tbs().getSignature().getAlgorithm()));
    }

    private static Optional<String> issuer(Candidate candidate) {
        return unless(
                Arrays.equals(
                        encoding(candidate.tbs().getIssuer()),
                        candidate.issuer().subject().getEncoded()),
                "got " + candidate.tbs().getIssuer());
    }

    private static Optional<String> timeEncoding(Candidate candidate) {
        boolean right =
                isRightlyEncoded(candidate.tbs().getStartDate())
                        && isRightlyEncoded(candidate.tbs().getEndDate());
        return unless(
                right,
                "%s to %s"
                        .formatted(
                                candidate.tbs().getStartDate().getTime(),
                                candidate.tbs().getEndDate().getTime()));
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

    private static Optional<String> validity(Candidate candidate) {
        Instant begin = instant(candidate.tbs().getStartDate());
        Instant end = instant(candidate.tbs().getEndDate());
        Certificate issuer = candidate.issuer();
        return unless(
                !end.isBefore(begin)
                        && !begin.isBefore(issuer.validity().notBefore())
                        && !end.isAfter(issuer.validity().notAfter()),
                "%s to %s".formatted(begin, end));
    }

    private static Optional<String> subject(Candidate candidate) {
        RDN[] parts = candidate.tbs().getSubject().getRDNs();
        if (parts.length == 0) {
            return Optional.of("empty");
        }
        for (RDN part : parts) {
            for (AttributeTypeAndValue attribute : part.getTypesAndValues()) {
                if (!isText(attribute)) {
                    return Optional.of("attribute %s".formatted(attribute.getType()));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isText(AttributeTypeAndValue attribute) {
        ASN1Encodable value = attribute.getValue();
        if (!(value instanceof ASN1String string) || string.getString().isBlank()) {
            return false;
        }
        // Two older attributes are IA5String by their definition (RFC 5280 appendix A.1).
        boolean ia5 =
                attribute.getType().equals(BCStyle.E) || attribute.getType().equals(BCStyle.DC);
        return switch (value) {
            case ASN1UTF8String _ -> !ia5;
            case ASN1PrintableString _ -> !ia5 && PRINTABLE.matcher(string.getString()).matches();
            case ASN1IA5String _ -> ia5;
            default -> false;
        };
    }

    private static Optional<String> requestedSubject(Candidate candidate) {
        return unless(
                Arrays.equals(
                        encoding(candidate.tbs().getSubject()),
                        candidate.request().subject().getEncoded()),
                "got " + candidate.tbs().getSubject());
    }

    private static Optional<String> renewedSubject(Candidate candidate) {
        return candidate
                .request()
                .replaces()
                .filter(old ->
                        !Arrays.equals(
                                encoding(candidate.tbs().getSubject()), old.subject().getEncoded()))
                .map(old -> "expected %s".formatted(old.subjectText()));
    }

    private static Optional<String> requestedKey(Candidate candidate) {
        return unless(
                Arrays.equals(
                        encoding(candidate.tbs().getSubjectPublicKeyInfo()),
                        candidate.request().key().getEncoded()),
                "another key");
    }

    private static Optional<String> key(Candidate candidate) {
        return KeyCheck.refusal(candidate.request().key());
    }

    private static Optional<String> uniqueIds(Candidate candidate) {
        return unless(
                candidate.tbs().getIssuerUniqueId() == null
                        && candidate.tbs().getSubjectUniqueId() == null,
                "present");
    }

    static Optional<String> unless(boolean right, String text) {
        return right ? Optional.empty() : Optional.of(text);
    }

    private static Instant instant(Time time) {
        return time.getDate().toInstant();
    }

    static byte[] encoding(ASN1Encodable value) {
        try {
            return value.toASN1Primitive().getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new IllegalArgumentException("does not encode", e);
        }
    }
}
