// SPDX-License-Identifier: Apache-2.0
package perennial.ca.revoke;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import perennial.ca.store.StatusStore;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.RevocationReason;
import perennial.core.certificate.SerialNumber;

/// Revokes, suspends and resumes. What is revoked for good stays so, with its first reason and
/// time; each step can be repeated.
public final class Revocation {
    private final StatusStore statuses;
    private final Clock clock;
    private final Runnable committed;

    /// @param committed called after a change has been committed
    public Revocation(StatusStore statuses, Clock clock, Runnable committed) {
        this.statuses = statuses;
        this.clock = clock;
        this.committed = committed;
    }

    /// @return the status after it
    public CertStatus revoke(SerialNumber serialNumber, RevocationReason reason) {
        var now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        boolean changed =
                switch (reason) {
                    case CERTIFICATE_HOLD -> statuses.suspend(serialNumber, now);
                    case REMOVE_FROM_CRL -> statuses.resume(serialNumber);
                    case UNSPECIFIED,
                            KEY_COMPROMISE,
                            CA_COMPROMISE,
                            AFFILIATION_CHANGED,
                            SUPERSEDED,
                            CESSATION_OF_OPERATION,
                            PRIVILEGE_WITHDRAWN,
                            AA_COMPROMISE ->
                            statuses.revoke(serialNumber, reason, now);
                };
        if (changed) {
            committed.run();
        }
        return statuses.status(serialNumber);
    }
}
