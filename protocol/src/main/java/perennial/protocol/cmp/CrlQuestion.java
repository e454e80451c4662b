// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/// Which CRL is asked for (RFC 9483 4.3.4).
///
/// @param distributionPoints where it is published by a certificate's CRL distribution points; with
///   none here and no issuer, the authority's own one is meant
/// @param issuers who issues it
/// @param thisUpdate of the one that the asker has
public record CrlQuestion(
        List<URI> distributionPoints, List<X500Principal> issuers, Optional<Instant> thisUpdate) {
    public CrlQuestion {
        distributionPoints = List.copyOf(distributionPoints);
        issuers = List.copyOf(issuers);
    }
}
