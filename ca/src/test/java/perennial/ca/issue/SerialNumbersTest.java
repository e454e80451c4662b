// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Integer;
import org.junit.jupiter.api.Test;

class SerialNumbersTest {
    private static final int DRAWS = 10_000;

    private final SerialNumbers numbers = new SerialNumbers(new SecureRandom(new byte[] {1}));

    /// A generator that forced the first bit to zero, so that numbers would be positive, had 63
    /// random bits left of 64.
    @Test
    void c1_of_ten_thousand_serial_numbers_every_bit_is_random_and_none_is_too_long() {
        int[] ones = new int[SerialNumbers.BITS];
        Set<BigInteger> seen = new HashSet<>();
        for (int i = 0; i < DRAWS; i++) {
            BigInteger number = numbers.next().value();
            assertEquals(1, number.signum());
            assertTrue(new ASN1Integer(number).getValue().toByteArray().length <= 20);
            assertTrue(seen.add(number), "drawn twice");
            for (int bit = 0; bit < ones.length; bit++) {
                ones[bit] += number.testBit(bit) ? 1 : 0;
            }
        }
        for (int bit = 0; bit < ones.length; bit++) {
            // Ten standard deviations to either side.
            assertTrue(Math.abs(ones[bit] - DRAWS / 2) < 500, "bit " + bit + ": " + ones[bit]);
        }
    }

    /// One in 256 begins with an octet of zeros and is a shorter INTEGER; one in two takes an octet
    /// more for the sign.
    @Test
    void c1_leading_zeros_are_left_out_and_the_sign_is_an_octet_of_its_own() {
        Set<Integer> lengths = new HashSet<>();
        for (int i = 0; i < DRAWS; i++) {
            lengths.add(numbers.next().value().toByteArray().length);
        }

        assertTrue(lengths.containsAll(Set.of(17, 16, 15)), lengths.toString());
    }

    @Test
    void c1_zero_is_drawn_again() {
        SecureRandom zeroOnce =
                new SecureRandom() {
                    private static final long serialVersionUID = 1L;
                    private int draws;

                    @Override
                    public void nextBytes(byte[] octets) {
                        java.util.Arrays.fill(octets, (byte) draws++);
                    }
                };

        assertEquals(1, new SerialNumbers(zeroOnce).next().value().signum());
    }
}
