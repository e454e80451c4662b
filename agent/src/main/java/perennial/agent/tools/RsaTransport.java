// SPDX-License-Identifier: Apache-2.0
package perennial.agent.tools;

import java.math.BigInteger;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Optional;
import perennial.core.crypto.Decipherer;

/// What was enciphered for a card's key by RSAES-PKCS1-v1_5 alone.
public final class RsaTransport {
    private static final int SHORTEST_FILLING = 8;

    private RsaTransport() {}

    /// EME-PKCS1-v1_5 decoding (RFC 8017 7.2.2), with one answer for everything that is wrong.
    ///
    /// @return the message, which the caller wipes; empty when it was not enciphered for this key
    public static Optional<byte[]> decipher(Decipherer key, byte[] cipher) {
        if (!(key.publicKey() instanceof RSAPublicKey rsa)
                || cipher.length != (rsa.getModulus().bitLength() + 7) / 8
                || new BigInteger(1, cipher).compareTo(rsa.getModulus()) >= 0) {
            return Optional.empty();
        }
        byte[] block = key.decipher(cipher);
        int separator = 2;
        while (separator < block.length && block[separator] != 0) {
            separator++;
        }
        boolean right =
                block.length == cipher.length
                        && (block[0] | (block[1] ^ 2)) == 0
                        && separator >= 2 + SHORTEST_FILLING
                        && separator < block.length;
        Optional<byte[]> plain =
                right
                        ? Optional.of(Arrays.copyOfRange(block, separator + 1, block.length))
                        : Optional.empty();
        Arrays.fill(block, (byte) 0);
        return plain;
    }
}
