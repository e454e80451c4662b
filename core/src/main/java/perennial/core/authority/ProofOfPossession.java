// SPDX-License-Identifier: Apache-2.0
package perennial.core.authority;

/// How the requester shows that it holds the private key (RFC 4211 4, RFC 9810 5.2.8).
public enum ProofOfPossession {
    /// A signature over the request by the key itself, verified.
    SIGNATURE,
    /// The certificate is handed over encrypted for the key, and only its confirmation proves
    /// possession.
    ENCRYPTED_CERTIFICATE,
    /// A registration authority has seen the proof and answers for it (RFC 4211 4, raVerified).
    RA_VERIFIED
}
