// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cms;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import perennial.core.certificate.Certificate;

/// What is to be thought of one signature on a file.
///
/// @param certificate the signer's; empty when it came neither with the signature nor beside it
/// @param claimedTime when the signer says that it signed; nobody attests it
/// @param doubts empty when the signature counts
/// @param chain from the signer's certificate to the anchor, both inside; empty when there is none
public record SignerVerdict(
        Optional<Certificate> certificate,
        Optional<Instant> claimedTime,
        Set<Doubt> doubts,
        List<Certificate> chain) {
    public SignerVerdict {
        doubts = Set.copyOf(doubts);
        chain = List.copyOf(chain);
    }

    /// Why a signature does not count.
    public enum Doubt {
        /// Whose it is cannot be told.
        NO_CERTIFICATE,
        /// File, attributes and signature do not belong together.
        NOT_INTACT,
        /// A digest that others can find collisions for.
        WEAK_DIGEST,
        /// The signature names another certificate than the one that was found (RFC 5035 4).
        OTHER_CERTIFICATE,
        /// The key usage of the certificate does not allow signatures (RFC 5280 4.2.1.3).
        NOT_FOR_SIGNATURES,
        /// The certificate was not valid when the signer claims to have signed.
        NOT_VALID_WHEN_SIGNED,
        /// It was valid then and is not now; without a time-stamp the claim proves nothing.
        EXPIRED_SINCE,
        /// The certificate leads to no anchor.
        NOT_TRUSTED
    }

    public boolean counts() {
        return doubts.isEmpty();
    }
}
