// SPDX-License-Identifier: Apache-2.0
package perennial.core.crypto;

import java.security.PublicKey;

/// A private key that can be used but not read: a card's slot, an HSM's object, a test's key.
public interface Signer {
    SignatureAlgorithm algorithm();

    PublicKey publicKey();

    /// Signs the message: digests it and returns the X.509 signature value.
    byte[] sign(byte[] message);
}
