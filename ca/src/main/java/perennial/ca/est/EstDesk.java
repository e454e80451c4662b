// SPDX-License-Identifier: Apache-2.0
package perennial.ca.est;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import perennial.ca.issue.RenewalGate;
import perennial.core.advice.Problem;
import perennial.core.authority.CertificationAuthority;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome;
import perennial.core.authority.ProofOfPossession;
import perennial.core.certificate.Certificate;
import perennial.core.renewal.Refusal;
import perennial.protocol.est.EstRequest;
import perennial.protocol.est.EstService;
import perennial.protocol.est.RequestHints;

/// Who may enrol over EST, and for what: registration authorities for anybody (RFC 7030 3.7), and
/// every holder for its own next certificate.
///
/// It keeps nothing: the transaction follows from who asks for what, so that the same wish is the
/// same certificate, on every node and after every restart.
public final class EstDesk implements EstService {
    /// id-kp-cmcRA (RFC 6402 2.10).
    private static final String CMC_RA = "1.3.6.1.5.5.7.3.28";

    private final CertificationAuthority authority;
    private final List<Certificate> chain;
    private final Enrolment enrolment;
    private final RenewalGate renewals;
    private final Predicate<UUID> known;
    private final Clock clock;

    /// What first certificates are.
    ///
    /// @param profile by which they are issued
    /// @param hints what they will say
    public record Enrolment(String profile, RequestHints hints) {}

    /// @param chain the issuing authority first, the root last; roll-over certificates as well
    /// @param known whether the authority has been asked in this transaction before
    public EstDesk(
            CertificationAuthority authority,
            List<Certificate> chain,
            Enrolment enrolment,
            RenewalGate renewals,
            Predicate<UUID> known,
            Clock clock) {
        this.authority = authority;
        this.chain = List.copyOf(chain);
        this.enrolment = enrolment;
        this.renewals = renewals;
        this.known = known;
        this.clock = clock;
    }

    @Override
    public List<Certificate> authorities() {
        return chain;
    }

    @Override
    public RequestHints hints() {
        return enrolment.hints();
    }

    @Override
    public IssueOutcome enrol(EstRequest request, Certificate client) {
        Optional<IssueOutcome> refusal = distrust(client);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        if (!client.extendedKeyUsages().contains(CMC_RA)) {
            return refused(
                    FailInfo.notAuthorized, "only a registration authority enrols for others");
        }
        // By the name of the registration authority: its certificate may be renewed in between.
        return issued(
                request,
                transaction("enrol", client.subject().getEncoded(), request.der()),
                enrolment.profile(),
                Optional.empty());
    }

    @Override
    public IssueOutcome renew(EstRequest request, Certificate client) {
        Optional<IssueOutcome> refusal = distrust(client);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        if (!request.names(client)) {
            return refused(
                    FailInfo.badCertTemplate,
                    "subject and alternative name must be those of the certificate that is shown");
        }
        // Not by the request: a client that has lost the answer signs another one.
        UUID transaction = transaction("renew", client.der(), request.key().getEncoded());
        Optional<String> begun =
                known.test(transaction) ? renewals.profile(client) : Optional.empty();
        if (begun.isPresent()) {
            return issued(request, transaction, begun.get(), Optional.of(client));
        }
        return switch (renewals.passage(client, request.key())) {
            case RenewalGate.Passage.Open(String profile) ->
                    issued(request, transaction, profile, Optional.of(client));
            case RenewalGate.Passage.Closed(Refusal closed) -> closed.outcome();
        };
    }

    /// What the TLS handshake could not know: that the certificate is of this authority, and good
    /// at this moment.
    private Optional<IssueOutcome> distrust(Certificate client) {
        if (!isOurs(client)) {
            return Optional.of(
                    refused(
                            FailInfo.wrongAuthority,
                            "the client certificate is of another issuer"));
        }
        if (!client.validity().contains(clock.instant())) {
            return Optional.of(refused(FailInfo.notAuthorized, "the client certificate has ended"));
        }
        return RenewalGate.refusal(authority.status(client.id())).map(Refusal::outcome);
    }

    private boolean isOurs(Certificate client) {
        Certificate issuing = chain.getFirst();
        if (!client.id().issuer().equals(issuing.subject())) {
            return false;
        }
        try {
            client.x509().verify(issuing.publicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private IssueOutcome issued(
            EstRequest request, UUID transaction, String profile, Optional<Certificate> replaces) {
        IssueOutcome outcome =
                authority.issue(
                        new CertificationRequest(
                                transaction,
                                profile,
                                request.subject(),
                                request.key(),
                                ProofOfPossession.SIGNATURE,
                                replaces,
                                Optional.empty()));
        if (outcome instanceof IssueOutcome.Accepted(Certificate certificate)
                && certificate.validity().notAfter().isBefore(clock.instant())) {
            return refused(
                    FailInfo.transactionIdInUse,
                    "this very request was answered by a certificate that has ended; make a new"
                            + " one");
        }
        return outcome;
    }

    private static IssueOutcome refused(FailInfo reason, String sentence) {
        return Refusal.of(Problem.RA_REFUSED, reason, sentence).outcome();
    }

    /// The first 128 bits of a digest over all of it.
    private static UUID transaction(String operation, byte[] client, byte[] wish) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(("est " + operation).getBytes(StandardCharsets.US_ASCII));
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(client.length).flip());
            digest.update(client);
            ByteBuffer half = ByteBuffer.wrap(digest.digest(wish));
            return new UUID(half.getLong(), half.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
