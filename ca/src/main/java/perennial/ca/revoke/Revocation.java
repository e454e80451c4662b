// SPDX-License-Identifier: Apache-2.0
package perennial.ca.revoke;

import java.time.Clock;
import java.time.Instant;
import perennial.ca.audit.AuthorityAudit;
import perennial.ca.store.StatusStore;
import perennial.core.authority.FailInfo;
import perennial.core.authority.RevocationOutcome;
import perennial.core.authority.RevocationOutcome.Done;
import perennial.core.authority.RevocationOutcome.Refused;
import perennial.core.authority.RevocationRequest;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.CertificateId;
import perennial.core.certificate.RevocationReason;
import perennial.core.certificate.SerialNumber;

/// Revokes, suspends and resumes. Each step is one conditional statement, so of two at once one
/// comes first and the other is judged by what it left; each can be repeated.
public final class Revocation {
    private final StatusStore statuses;
    private final Clock clock;
    private final AuthorityAudit audit;

    public Revocation(StatusStore statuses, AuthorityAudit audit, Clock clock) {
        this.statuses = statuses;
        this.audit = audit;
        this.clock = clock;
    }

    /// What is said of a certificate that was not issued here.
    public static RevocationOutcome unknown(CertificateId certificate) {
        return new Refused(
                FailInfo.badCertId,
                "%s was not issued here".formatted(certificate.serialNumber()),
                new CertStatus.Unknown());
    }

    /// @param request of a certificate that names this authority as its issuer
    public RevocationOutcome revoke(RevocationRequest request) {
        SerialNumber serialNumber = request.certificate().serialNumber();
        Instant now = clock.instant();
        if (request.invalidityDate().filter(now::isBefore).isPresent()) {
            return new Refused(
                    FailInfo.badRequest,
                    "the invalidity date is in the future",
                    statuses.status(serialNumber));
        }
        audit.revoking(serialNumber, request.reason());
        boolean changed =
                switch (request.reason()) {
                    case CERTIFICATE_HOLD ->
                            statuses.suspend(serialNumber, request.invalidityDate(), now);
                    case REMOVE_FROM_CRL -> statuses.resume(serialNumber, now);
                    case UNSPECIFIED,
                            KEY_COMPROMISE,
                            CA_COMPROMISE,
                            AFFILIATION_CHANGED,
                            SUPERSEDED,
                            CESSATION_OF_OPERATION,
                            PRIVILEGE_WITHDRAWN,
                            AA_COMPROMISE ->
                            statuses.revoke(
                                    serialNumber, request.reason(), request.invalidityDate(), now);
                };
        audit.revoked(serialNumber, request.reason(), changed);
        audit.settle();
        CertStatus status = statuses.status(serialNumber);
        return changed ? new Done(status) : standing(request, status);
    }

    /// Nothing had to be changed, or nothing may be.
    private static RevocationOutcome standing(RevocationRequest request, CertStatus status) {
        RevocationReason asked = request.reason();
        return switch (status) {
            case CertStatus.Unknown _ -> unknown(request.certificate());
            case CertStatus.Good _ when asked == RevocationReason.REMOVE_FROM_CRL ->
                    new Done(status);
            case CertStatus.Good _ when asked == RevocationReason.CERTIFICATE_HOLD ->
                    new Refused(FailInfo.badRequest, "what has expired is not suspended", status);
            // Another step came between ours and the look at what it left.
            case CertStatus.Good _ ->
                    new Refused(FailInfo.badRequest, "changed by another request", status);
            case CertStatus.Revoked(_, RevocationReason reason) when reason == asked ->
                    new Done(status);
            case CertStatus.Revoked(_, RevocationReason reason) ->
                    new Refused(FailInfo.certRevoked, "revoked for %s".formatted(reason), status);
        };
    }
}
