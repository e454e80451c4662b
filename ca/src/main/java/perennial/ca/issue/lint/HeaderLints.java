// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.lint;

import static perennial.ca.issue.lint.Candidate.encoding;
import static perennial.ca.issue.lint.Lint.unless;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import perennial.ca.keys.SignatureContent;

/// The fields before the validity, and the two that must not be there.
final class HeaderLints {
    private static final int MAX_SERIAL_OCTETS = 20;
    private static final int MIN_SERIAL_BITS = 64;

    static final List<Lint<Candidate>> ALL =
            List.of(
                    new Lint<>(
                            "serial number is positive, at most 20 octets",
                            "RFC 5280 4.1.2.2",
                            HeaderLints::serialNumber),
                    new Lint<>(
                            "serial number has room for 64 random bits",
                            "CA/B BR 7.1",
                            HeaderLints::serialNumberBits),
                    new Lint<>(
                            "signature algorithm is the issuing key's",
                            "RFC 5280 4.1.2.3",
                            HeaderLints::signatureAlgorithm),
                    new Lint<>(
                            "issuer is the issuing authority's subject, octet for octet",
                            "RFC 5280 4.1.2.4",
                            HeaderLints::issuer),
                    new Lint<>(
                            "no unique identifiers", "RFC 5280 4.1.2.8", HeaderLints::uniqueIds));

    private HeaderLints() {}

    private static Optional<String> serialNumber(Candidate candidate) {
        BigInteger serial = candidate.tbs().getSerialNumber().getValue();
        int octets = serial.toByteArray().length;
        return unless(
                serial.signum() > 0 && octets <= MAX_SERIAL_OCTETS,
                "sign %d, %d octets".formatted(serial.signum(), octets));
    }

    /// Of 128 random bits the first 64 are all zero once in 2^64 draws; what is shorter was not
    /// drawn.
    private static Optional<String> serialNumberBits(Candidate candidate) {
        int bits = candidate.tbs().getSerialNumber().getValue().abs().bitLength();
        return unless(bits >= MIN_SERIAL_BITS, "%d bits".formatted(bits));
    }

    private static Optional<String> signatureAlgorithm(Candidate candidate) {
        var expected = SignatureContent.identifier(candidate.algorithm());
        var got = candidate.tbs().getSignature();
        return unless(
                Arrays.equals(encoding(expected), encoding(got)),
                "expected %s, got %s".formatted(expected.getAlgorithm(), got.getAlgorithm()));
    }

    private static Optional<String> issuer(Candidate candidate) {
        return unless(
                Arrays.equals(
                        encoding(candidate.tbs().getIssuer()),
                        candidate.issuer().subject().getEncoded()),
                "got " + candidate.tbs().getIssuer());
    }

    private static Optional<String> uniqueIds(Candidate candidate) {
        return unless(
                candidate.tbs().getIssuerUniqueId() == null
                        && candidate.tbs().getSubjectUniqueId() == null,
                "present");
    }
}
