// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import java.time.Instant;
import perennial.core.certificate.Certificate;

/// A certificate and its place in its lineage.
///
/// @param ordinal renewals that led to it
/// @param timesRenewed renewals of the lineage that are confirmed
/// @param keySince when the use of the lineage's key began
record KnownCertificate(Certificate certificate, int ordinal, int timesRenewed, Instant keySince) {

    /// Whether a later one of its lineage is confirmed.
    boolean superseded() {
        return ordinal < timesRenewed;
    }

    /// Whether it has been issued by a renewal that nobody has confirmed yet.
    boolean unconfirmed() {
        return ordinal > timesRenewed;
    }
}
