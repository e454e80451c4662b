// SPDX-License-Identifier: Apache-2.0
package perennial.core.crypto;

import java.security.PublicKey;

/// A private key that signs what somebody else digested, and cannot be read. Whoever uses it
/// answers for the digest being one of a message: the key signs any octets of its length.
public interface DigestSigner {
    PublicKey publicKey();

    /// The X.509 signature value: RSASSA-PKCS1-v1_5 (RFC 8017 8.2), or ECDSA in DER (RFC 3279
    /// 2.2.3), of which the digest's leftmost bits count where it is longer than the key (FIPS
    /// 186-5 6.4.1).
    ///
    /// @throws IllegalArgumentException for a digest of another length
    byte[] signDigest(DigestAlgorithm algorithm, byte[] digest);
}
