// SPDX-License-Identifier: Apache-2.0
package perennial.ca.cmp;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.security.auth.x500.X500Principal;
import perennial.ca.CertificateProfile;
import perennial.ca.EnrolmentPolicy;
import perennial.ca.cmp.Admission.Admitted;
import perennial.ca.cmp.Admission.Refused;
import perennial.ca.store.EnrolmentStore;
import perennial.ca.store.EnrolmentStore.Begun;
import perennial.ca.store.IssuanceStore;
import perennial.core.authority.CertificationAuthority;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome;
import perennial.core.authority.IssueOutcome.Rejection;
import perennial.core.authority.ProofOfPossession;
import perennial.core.authority.RevocationOutcome;
import perennial.core.authority.RevocationRequest;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.RevocationReason;
import perennial.core.renewal.RenewalId;
import perennial.protocol.cmp.Enrolment;
import perennial.protocol.cmp.Enrolment.Ending;
import perennial.protocol.cmp.EnrolmentRequest;
import perennial.protocol.cmp.EnrolmentService;
import perennial.protocol.cmp.RequestKind;
import perennial.protocol.cmp.Requester;
import perennial.protocol.cmp.SharedSecret;

/// The authority's desk for whoever speaks CMP to it. What is asked for is written down before the
/// authority is asked under the same transaction, so whatever breaks, the same message again goes
/// on where it stopped and nothing is issued twice.
public final class EnrolmentDesk implements EnrolmentService {
    private final CertificationAuthority authority;
    private final IssuanceStore issued;
    private final EnrolmentStore enrolments;
    private final EnrolmentSecrets secrets;
    private final EnrolmentPolicy policy;
    private final Requesters requesters;
    private final Admission admission;
    private final RevocationRules revocations;
    private final Clock clock;

    /// @param issuing the authority's certificate
    /// @param profiles all that the authority issues by
    public record Authority(
            CertificationAuthority authority,
            Certificate issuing,
            List<CertificateProfile> profiles) {
        public Authority {
            profiles = List.copyOf(profiles);
        }
    }

    /// What the desk writes to.
    public record Stores(IssuanceStore issued, EnrolmentStore enrolments) {}

    public EnrolmentDesk(
            Authority authority,
            Stores stores,
            EnrolmentSecrets secrets,
            EnrolmentPolicy policy,
            Clock clock) {
        this.authority = authority.authority();
        this.issued = stores.issued();
        this.enrolments = stores.enrolments();
        this.secrets = secrets;
        this.policy = policy;
        this.requesters =
                new Requesters(
                        authority.authority(),
                        authority.issuing(),
                        policy.registrationAuthorities(),
                        clock);
        this.admission =
                new Admission(policy, authority.profiles(), issued, secrets::granted, clock);
        this.revocations = new RevocationRules(authority.authority(), policy, issued);
        this.clock = clock;
    }

    @Override
    public Optional<Requester> requester(Certificate signer) {
        return requesters.of(signer);
    }

    @Override
    public Optional<SharedSecret> secret(byte[] reference) {
        return secrets.find(reference);
    }

    @Override
    public Enrolment enrol(EnrolmentRequest request) {
        UUID transaction = request.id().value();
        Optional<Begun> known = enrolments.find(transaction);
        if (known.isPresent()) {
            return again(request, known.get());
        }
        try {
            Begun begun = begun(request, admission.admitted(request));
            if (enrolee(request.requester())
                    .filter(one -> !secrets.use(one.octets(), transaction))
                    .isPresent()) {
                throw new Refused(FailInfo.notAuthorized, "the secret has been used");
            }
            return enrolments.begin(begun)
                    ? drive(begun)
                    : again(
                            request,
                            enrolments
                                    .find(transaction)
                                    .orElseThrow(
                                            () -> new IllegalStateException("taken a moment ago")));
        } catch (Refused e) {
            return refused(request, e.rejection());
        }
    }

    @Override
    public Optional<Enrolment> enrolment(RenewalId id, Requester requester) {
        return enrolments
                .find(id.value())
                .filter(begun -> begun.begunBy().equals(requester.identity()))
                .map(this::drive);
    }

    @Override
    public void confirm(RenewalId id, Requester requester) {
        enrolments.end(id.value(), Ending.CONFIRMED.name());
    }

    /// The revocation first: were the mark first and the process died, nobody would revoke.
    @Override
    public void reject(RenewalId id, Requester requester, String text) {
        if (enrolment(id, requester).map(Enrolment::outcome).orElse(null)
                instanceof IssueOutcome.Accepted(Certificate fresh)) {
            authority.revoke(fresh.id(), RevocationReason.CESSATION_OF_OPERATION);
        }
        enrolments.end(id.value(), Ending.REJECTED.name());
    }

    @Override
    public RevocationOutcome revoke(RevocationRequest request, Requester requester) {
        return revocations.revoke(request, requester);
    }

    /// Revokes what was not confirmed in time, where that is the policy.
    ///
    /// @param most how many at once
    /// @return how many were
    public int revokeUnconfirmed(int most) {
        if (policy.unconfirmed() == EnrolmentPolicy.Unconfirmed.LEAVE) {
            return 0;
        }
        List<Begun> overdue = enrolments.overdue(clock.instant(), most);
        for (Begun begun : overdue) {
            if (authority.issue(request(begun)) instanceof IssueOutcome.Accepted(var fresh)) {
                authority.revoke(fresh.id(), RevocationReason.CESSATION_OF_OPERATION);
            }
            enrolments.end(begun.transaction(), Ending.REJECTED.name());
        }
        return overdue.size();
    }

    private Enrolment again(EnrolmentRequest request, Begun known) {
        boolean same =
                known.begunBy().equals(request.requester().identity())
                        && known.kind().equals(request.kind().name())
                        && known.proof().equals(request.proof().name())
                        && request.profile().map(known.profile()::equals).orElse(true)
                        && Arrays.equals(known.subject(), request.subject().getEncoded())
                        && Arrays.equals(known.key(), request.key().getEncoded())
                        && known.notAfter().equals(request.notAfter());
        return same
                ? drive(known)
                : refused(
                        request,
                        new Rejection(
                                FailInfo.transactionIdInUse,
                                "this transactionID belongs to another request"));
    }

    private Enrolment drive(Begun begun) {
        IssueOutcome outcome = authority.issue(request(begun));
        Begun now = begun;
        if (outcome instanceof IssueOutcome.Accepted && begun.confirmBy().isEmpty()) {
            enrolments.issued(begun.transaction(), clock.instant().plus(policy.confirmWait()));
            now = enrolments.find(begun.transaction()).orElse(begun);
        }
        return new Enrolment(
                RequestKind.valueOf(now.kind()),
                ProofOfPossession.valueOf(now.proof()),
                outcome,
                Ending.valueOf(now.ending()),
                now.confirmBy().orElseGet(clock::instant));
    }

    private Enrolment refused(EnrolmentRequest request, Rejection no) {
        return new Enrolment(request.kind(), request.proof(), no, Ending.OPEN, clock.instant());
    }

    private Begun begun(EnrolmentRequest request, Admitted admitted) {
        return new Begun(
                request.id().value(),
                request.requester().identity(),
                request.kind().name(),
                admitted.profile().name(),
                request.subject().getEncoded(),
                request.key().getAlgorithm(),
                request.key().getEncoded(),
                request.proof().name(),
                admitted.replaces().map(Certificate::serialNumber),
                request.notAfter(),
                policy.implicitConfirm()
                        && request.implicitConfirm()
                        && request.proof() != ProofOfPossession.ENCRYPTED_CERTIFICATE,
                Optional.empty(),
                Ending.OPEN.name());
    }

    private CertificationRequest request(Begun begun) {
        return new CertificationRequest(
                begun.transaction(),
                begun.profile(),
                new X500Principal(begun.subject()),
                key(begun),
                ProofOfPossession.valueOf(begun.proof()),
                begun.replaces().flatMap(issued::certificate),
                begun.notAfter());
    }

    private static PublicKey key(Begun begun) {
        try {
            return KeyFactory.getInstance(begun.keyAlgorithm())
                    .generatePublic(new X509EncodedKeySpec(begun.key()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key that was read before", e);
        }
    }

    private static Optional<Requester.Enrolee> enrolee(Requester requester) {
        return switch (requester) {
            case Requester.Enrolee enrolee -> Optional.of(enrolee);
            case Requester.Approved(Requester inner, _) -> enrolee(inner);
            case Requester.Holder _, Requester.RegistrationAuthority _ -> Optional.empty();
        };
    }
}
