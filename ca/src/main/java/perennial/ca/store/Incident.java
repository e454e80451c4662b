// SPDX-License-Identifier: Apache-2.0
package perennial.ca.store;

import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import perennial.core.certificate.SerialNumber;

/// Certificates that have to be replaced before they end, because something is wrong with how they
/// were issued or with their keys.
///
/// @param id chosen by whoever declares it; declaring it again changes nothing
/// @param replaceBy when what is left of them will be revoked; after declaredAt
/// @param explanation where holders read about it
/// @param covers which certificates
public record Incident(
        UUID id, Instant declaredAt, Instant replaceBy, URI explanation, Scope covers) {
    public Incident {
        if (!declaredAt.isBefore(replaceBy)) {
            throw new IllegalArgumentException("holders need time to replace what is covered");
        }
        if (!"https".equals(explanation.getScheme()) && !"http".equals(explanation.getScheme())) {
            throw new IllegalArgumentException("an explanation is a page, got " + explanation);
        }
    }

    /// What all parts of it hold for is covered; a part that is absent holds for everything.
    ///
    /// @param profile by which it was issued
    /// @param issuedFrom the first moment of issue, itself inside
    /// @param issuedUntil the last moment of issue, itself inside
    /// @param serialNumbers empty for no list
    public record Scope(
            Optional<String> profile,
            Optional<Instant> issuedFrom,
            Optional<Instant> issuedUntil,
            Set<SerialNumber> serialNumbers) {
        public Scope {
            serialNumbers = Set.copyOf(serialNumbers);
        }
    }
}
