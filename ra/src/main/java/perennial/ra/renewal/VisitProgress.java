// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.renewal.Renewal;

/// How far the renewals of a visit have come.
public record VisitProgress(CardNumber cardNumber, List<Item> certificates) {
    public VisitProgress {
        certificates = List.copyOf(certificates);
    }

    /// Whether nothing is left to do for any of them.
    public boolean finished() {
        return certificates.stream().allMatch(item -> item.renewal().isFinal());
    }

    /// One certificate's renewal.
    ///
    /// @param issuer its authority, absent when it is no longer served here
    /// @param finishedAt when it was confirmed or refused
    /// @param timesRenewed renewals of its lineage so far, counting this one once it is confirmed
    public record Item(
            Certificate old,
            Renewal renewal,
            Optional<IssuerSettings> issuer,
            Optional<Instant> finishedAt,
            int timesRenewed) {}
}
