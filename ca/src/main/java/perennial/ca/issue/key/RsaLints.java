// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.key;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import perennial.ca.issue.lint.Lint;

/// What an RSA key shows of its private half (CA/B BR 6.1.6, NIST SP 800-89 5.3.3).
final class RsaLints {
    private static final int MIN_BITS = 2048;
    private static final int MAX_BITS = 4096;
    private static final BigInteger MIN_EXPONENT = BigInteger.valueOf(65537);
    private static final int MAX_EXPONENT_BITS = 256;

    static final List<Lint<SubjectKey>> ALL =
            List.of(
                    new Lint<>(
                            "RSA modulus has 2048 to 4096 bits, in whole octets",
                            "CA/B BR 6.1.5",
                            RsaLints::size),
                    new Lint<>(
                            "RSA exponent is odd and from 2^16 + 1 to 2^256 - 1",
                            "CA/B BR 6.1.6",
                            RsaLints::exponent),
                    new Lint<>("RSA modulus is odd", "CA/B BR 6.1.6", RsaLints::odd),
                    new Lint<>(
                            "RSA modulus has no factor below 752",
                            "CA/B BR 6.1.6",
                            RsaLints::smallFactor),
                    modulus("RSA modulus is no power", "CA/B BR 6.1.6", Moduli::isPower),
                    modulus(
                            "RSA modulus is no prime",
                            "RFC 8017 3.1",
                            modulus -> modulus.isProbablePrime(MAX_EXPONENT_BITS)),
                    modulus(
                            "RSA modulus has no factors next to each other",
                            "CVE-2022-26320",
                            Moduli::hasCloseFactors),
                    modulus(
                            "RSA modulus is no power of 65537 modulo every small prime (ROCA)",
                            "CVE-2017-15361",
                            Moduli::isPowerOf65537));

    private RsaLints() {}

    /// A rule that is looked at for moduli of a right size only: what is longer than keys may be
    /// could cost minutes.
    private static Lint<SubjectKey> modulus(
            String name, String clause, Predicate<BigInteger> isWrong) {
        return new Lint<>(
                name,
                clause,
                key ->
                        key.modulus()
                                .filter(RsaLints::isSized)
                                .filter(modulus -> modulus.testBit(0))
                                .filter(isWrong)
                                .map(modulus ->
                                        "modulus of %d bits".formatted(modulus.bitLength())));
    }

    private static boolean isSized(BigInteger modulus) {
        int bits = modulus.bitLength();
        return modulus.signum() > 0
                && bits >= MIN_BITS
                && bits <= MAX_BITS
                && bits % Byte.SIZE == 0;
    }

    private static Optional<String> size(SubjectKey key) {
        return key.modulus()
                .filter(modulus -> !isSized(modulus))
                .map(modulus -> "got %d".formatted(modulus.bitLength()));
    }

    private static Optional<String> exponent(SubjectKey key) {
        return key.rsa()
                .map(SubjectKey.RsaNumbers::exponent)
                .filter(exponent ->
                        !exponent.testBit(0)
                                || exponent.compareTo(MIN_EXPONENT) < 0
                                || exponent.bitLength() > MAX_EXPONENT_BITS)
                .map(exponent -> "%d bits".formatted(exponent.bitLength()));
    }

    private static Optional<String> odd(SubjectKey key) {
        return key.modulus().filter(modulus -> !modulus.testBit(0)).map(modulus -> "even");
    }

    private static Optional<String> smallFactor(SubjectKey key) {
        OptionalInt factor =
                key.modulus()
                        .filter(RsaLints::isSized)
                        .map(Moduli::oddFactor)
                        .orElse(OptionalInt.empty());
        return factor.isPresent()
                ? Optional.of("divisible by %d".formatted(factor.getAsInt()))
                : Optional.empty();
    }
}
