// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.key;

import java.math.BigInteger;
import java.util.OptionalInt;

/// Arithmetic on RSA moduli: what a modulus shows without being factored.
final class Moduli {
    private static final int SMALL_FACTORS_BELOW = 752;
    private static final int BITS_OF_LEAST_FACTOR = 9;

    /// The largest prime that ROCA's generator is told apart with.
    private static final int ROCA_PRIMES_UP_TO = 167;

    private static final int FERMAT_STEPS = 100;
    private static final int RESIDUES_TRIED = 4;

    private Moduli() {}

    /// The least odd prime below 752 that divides it.
    static OptionalInt oddFactor(BigInteger modulus) {
        for (int factor = 3; factor < SMALL_FACTORS_BELOW; factor += 2) {
            if (isPrime(factor) && residue(modulus, factor) == 0) {
                return OptionalInt.of(factor);
            }
        }
        return OptionalInt.empty();
    }

    /// Whether it is p^k with k > 1. A k-th power is one modulo every prime q too, and where k
    /// divides q - 1 only one number in k is: of what is no power next to nothing is left to take
    /// roots of.
    static boolean isPower(BigInteger modulus) {
        int most = modulus.bitLength() / BITS_OF_LEAST_FACTOR;
        for (int k = 2; k <= most; k++) {
            if (isPrime(k) && couldBePower(modulus, k) && root(modulus, k).pow(k).equals(modulus)) {
                return true;
            }
        }
        return false;
    }

    private static boolean couldBePower(BigInteger modulus, int k) {
        int tried = 0;
        for (int q = 2 * k + 1; tried < RESIDUES_TRIED; q += k) {
            if (!isPrime(q)) {
                continue;
            }
            tried++;
            int residue = residue(modulus, q);
            if (residue != 0 && power(residue, (q - 1) / k, q) != 1) {
                return false;
            }
        }
        return true;
    }

    /// The whole part of the k-th root, by Newton from above.
    private static BigInteger root(BigInteger value, int k) {
        BigInteger degree = BigInteger.valueOf(k);
        BigInteger root = BigInteger.ONE.shiftLeft(value.bitLength() / k + 1);
        while (true) {
            BigInteger next =
                    root.multiply(BigInteger.valueOf(k - 1L))
                            .add(value.divide(root.pow(k - 1)))
                            .divide(degree);
            if (next.compareTo(root) >= 0) {
                return root;
            }
            root = next;
        }
    }

    /// Fermat's way to factors: n = a^2 - b^2 with a just above the root of n. Generators that drew
    /// the second prime next to the first were in use; a sound key is as good as never found in so
    /// few steps.
    static boolean hasCloseFactors(BigInteger modulus) {
        BigInteger a = modulus.sqrt().add(BigInteger.ONE);
        BigInteger square = a.multiply(a).subtract(modulus);
        for (int step = 0; step < FERMAT_STEPS; step++) {
            if (couldBePower(square, 2) && isSquare(square)) {
                return true;
            }
            square = square.add(a.shiftLeft(1)).add(BigInteger.ONE);
            a = a.add(BigInteger.ONE);
        }
        return false;
    }

    private static boolean isSquare(BigInteger value) {
        BigInteger root = value.sqrt();
        return root.multiply(root).equals(value);
    }

    /// Moduli of that generator lie, modulo every small prime, in the group that 65537 makes; of
    /// others, one in 2^27 or fewer does.
    static boolean isPowerOf65537(BigInteger modulus) {
        for (int prime = 3; prime <= ROCA_PRIMES_UP_TO; prime += 2) {
            if (isPrime(prime) && !isPowerOf65537(residue(modulus, prime), prime)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPowerOf65537(int residue, int prime) {
        int step = 65537 % prime;
        int power = 1;
        do {
            if (power == residue) {
                return true;
            }
            power = power * step % prime;
        } while (power != 1);
        return false;
    }

    private static int residue(BigInteger value, int modulus) {
        return value.mod(BigInteger.valueOf(modulus)).intValue();
    }

    private static long power(long base, int exponent, int modulus) {
        long result = 1;
        long square = base;
        for (int rest = exponent; rest > 0; rest >>= 1) {
            if ((rest & 1) == 1) {
                result = result * square % modulus;
            }
            square = square * square % modulus;
        }
        return result;
    }

    private static boolean isPrime(int number) {
        for (int factor = 2; factor * factor <= number; factor++) {
            if (number % factor == 0) {
                return false;
            }
        }
        return number > 1;
    }
}
