// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import perennial.card.apdu.BerTlv;

/// A curve over a prime field written out in full, as a card that knows no names of curves is told
/// of it (objects 81 to 85 and 87, in the order of BSI TR-03111 annex D.3.3).
final class DomainParameters {
    private DomainParameters() {}

    /// P-256 (SP 800-186 3.2.1.3).
    static byte[] p256() {
        try {
            AlgorithmParameters named = AlgorithmParameters.getInstance("EC");
            named.init(new ECGenParameterSpec("secp256r1"));
            return of(named.getParameterSpec(ECParameterSpec.class), 32);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK knows P-256", e);
        }
    }

    private static byte[] of(ECParameterSpec curve, int octets) {
        BigInteger prime = ((ECFieldFp) curve.getCurve().getField()).getP();
        BigInteger x = curve.getGenerator().getAffineX();
        BigInteger y = curve.getGenerator().getAffineY();
        BigInteger point =
                BigInteger.valueOf(4).shiftLeft(16 * octets).or(x.shiftLeft(8 * octets)).or(y);
        return BerTlv.concat(
                new BerTlv(0x81, unsigned(prime, octets)),
                new BerTlv(0x82, unsigned(curve.getCurve().getA(), octets)),
                new BerTlv(0x83, unsigned(curve.getCurve().getB(), octets)),
                new BerTlv(0x84, unsigned(point, 1 + 2 * octets)),
                new BerTlv(0x85, unsigned(curve.getOrder(), octets)),
                new BerTlv(0x87, unsigned(BigInteger.valueOf(curve.getCofactor()), 2)));
    }

    private static byte[] unsigned(BigInteger number, int length) {
        byte[] octets = number.toByteArray();
        byte[] padded = new byte[length];
        int taken = Math.min(octets.length, length);
        System.arraycopy(octets, octets.length - taken, padded, length - taken, taken);
        return padded;
    }
}
