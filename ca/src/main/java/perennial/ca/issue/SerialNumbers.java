// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue;

import java.math.BigInteger;
import java.security.SecureRandom;
import perennial.core.certificate.SerialNumber;

/// Draws serial numbers: 128 random bits, each of them random. None is forced to one or to zero to
/// give all numbers the same length, which cost others the 64th bit; the INTEGER's sign is in an
/// octet of its own when the first bit is set.
final class SerialNumbers {
    /// CA/B BR 7.1 wants 64.
    static final int BITS = 128;

    private final SecureRandom random;

    SerialNumbers(SecureRandom random) {
        this.random = random;
    }

    SerialNumber next() {
        BigInteger drawn;
        do {
            drawn = new BigInteger(BITS, random);
        } while (drawn.signum() == 0);
        return new SerialNumber(drawn);
    }
}
