// SPDX-License-Identifier: Apache-2.0
package perennial.ca.cmp;

import perennial.ca.EnrolmentPolicy;
import perennial.ca.store.IssuanceStore;
import perennial.core.authority.CertificationAuthority;
import perennial.core.authority.FailInfo;
import perennial.core.authority.RevocationOutcome;
import perennial.core.authority.RevocationRequest;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.core.certificate.RevocationReason;
import perennial.protocol.cmp.Requester;

/// Who may revoke, suspend and resume what.
final class RevocationRules {
    private final CertificationAuthority authority;
    private final EnrolmentPolicy policy;
    private final IssuanceStore issued;

    RevocationRules(
            CertificationAuthority authority, EnrolmentPolicy policy, IssuanceStore issued) {
        this.authority = authority;
        this.policy = policy;
        this.issued = issued;
    }

    RevocationOutcome revoke(RevocationRequest request, Requester requester) {
        return may(requester, request)
                ? authority.revoke(request)
                : new RevocationOutcome.Refused(
                        FailInfo.notAuthorized,
                        "it is not the sender's to do that",
                        authority.status(request.certificate()));
    }

    /// What is suspended comes back by a registration authority only: whoever has the card would
    /// have it come back, too.
    private boolean may(Requester requester, RevocationRequest request) {
        return switch (requester) {
            case Requester.RegistrationAuthority _, Requester.Approved _ -> true;
            case Requester.Holder(Certificate own) ->
                    policy.holdersRevoke()
                            && request.reason() != RevocationReason.REMOVE_FROM_CRL
                            && isOf(own, request.certificate());
            case Requester.Enrolee _ -> false;
        };
    }

    private boolean isOf(Certificate own, CertificateId certificate) {
        return issued.certificate(certificate.serialNumber())
                .filter(one -> one.id().equals(certificate))
                .filter(one -> one.subject().equals(own.subject()))
                .isPresent();
    }
}
