// SPDX-License-Identifier: Apache-2.0
package perennial.core.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.security.PublicKey;

/// A private key that can be used but not read: a card's slot, an HSM's object, a test's key.
public interface Signer {
    SignatureAlgorithm algorithm();

    PublicKey publicKey();

    /// Signs the message: digests it and returns the X.509 signature value.
    ///
    /// @throws KeyPlaceException when the key's place is out of reach; asking again is safe
    byte[] sign(byte[] message);

    /// The same for a message that is read while it is signed. A key whose algorithm digests first
    /// (RSA, ECDSA) needs no room for it, however long it is; Ed25519 and ML-DSA may want it whole.
    ///
    /// @param message read to its end, not closed
    /// @throws IOException when it cannot be read
    default byte[] sign(InputStream message) throws IOException {
        return sign(message.readAllBytes());
    }
}
