// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import perennial.core.advice.Problem;
import perennial.core.authority.CertificationAuthority;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.core.certificate.RevocationReason;
import perennial.core.renewal.Eligibility;
import perennial.core.renewal.PermissionOutcome;
import perennial.core.renewal.Refusal;
import perennial.core.renewal.Renewal;
import perennial.core.renewal.RenewalEvent;
import perennial.core.renewal.RenewalId;
import perennial.core.renewal.RenewalKind;
import perennial.core.renewal.RenewalTerms;
import perennial.core.renewal.Ticket;
import perennial.protocol.cmp.PermittedUpdate;
import perennial.protocol.cmp.ProtocolException;
import perennial.protocol.cmp.UpdateRequest;
import perennial.protocol.cmp.UpdateService;

/// The registration authority's decisions: eligible, approved, refused, closed. Safe for use by
/// many threads and by many nodes on one register.
///
/// The card's signature on each request is the only right there is, or a permission that it has
/// signed for. A second transaction for the same certificate joins the first: the holder who lost a
/// computer gets the same certificate on another, never a second one.
public final class RenewalDesk implements UpdateService {
    private static final Duration TO_BEGIN = Duration.ofMinutes(15);
    private static final int MAX_REASON = 200;

    private final RenewalRegister register;
    private final CertificationAuthority authority;
    private final Issuers issuers;
    private final Holder holder;
    private final Standings standings;
    private final Admission admission;
    private final Fulfilment fulfilment;
    private final Permissions permissions;
    private final Terms terms;
    private final Clock clock;
    private final SecureRandom random;

    /// @param issuers the authorities served here
    public RenewalDesk(
            RenewalRegister register,
            CertificationAuthority authority,
            List<IssuerSettings> issuers,
            Clock clock,
            SecureRandom random) {
        this.register = register;
        this.authority = authority;
        this.issuers = new Issuers(issuers);
        this.holder = new Holder(this.issuers, authority);
        this.standings = new Standings(register, this.issuers, authority);
        this.admission = new Admission(register, standings);
        this.fulfilment = new Fulfilment(register, authority, this.issuers, clock);
        this.permissions = new Permissions(register, this.issuers, admission, random);
        this.terms = new Terms(register, this.issuers);
        this.clock = clock;
        this.random = random;
    }

    @Override
    public IssueOutcome update(UpdateRequest request) {
        if (!issuers.serve(request.old().issuer())) {
            return rejection(new Eligibility.ForeignIssuer());
        }
        Optional<RegisteredRenewal> known = register.underTransaction(request.id());
        Optional<Certificate> old = oldCertificate(request, known);
        if (old.isEmpty()) {
            return rejection(new Eligibility.UnknownCertificate());
        }
        if (!old.get().id().equals(request.old())) {
            return Admission.otherCertificates().outcome();
        }
        Optional<IssuerSettings> issuer = issuers.of(old.get());
        if (issuer.isEmpty()) {
            return rejection(new Eligibility.ForeignIssuer());
        }
        Optional<RegisteredRenewal> begun =
                known.filter(renewal -> !(renewal.state() instanceof Renewal.Pending));
        RenewalKind kind = begun.map(RegisteredRenewal::kind).orElse(issuer.get().policy().kind());
        Optional<Refusal> refusal = holder.refusal(request, old.get(), issuer.get(), kind, now());
        if (refusal.isPresent()) {
            return refusal.get().outcome();
        }
        return begun.map(renewal -> proceed(renewal, request))
                .orElseGet(() -> decide(request, old.get(), kind, known));
    }

    @Override
    public Optional<IssueOutcome> outcome(RenewalId id) {
        return askedFor(id)
                .filter(renewal -> renewal.requested().isPresent() || renewal.state().isFinal())
                .map(fulfilment::drive);
    }

    @Override
    public Optional<Certificate> old(RenewalId id) {
        return askedFor(id).map(RegisteredRenewal::old);
    }

    @Override
    public void confirm(RenewalId id) {
        RegisteredRenewal renewal = issuedUnder(id);
        Renewal end = admission.confirm(renewal, now()).state();
        if (!(end instanceof Renewal.Done)) {
            throw new ProtocolException(
                    Problem.REQUEST_INVALID,
                    FailInfo.badRequest,
                    "a certificate to confirm is expected, the renewal is "
                            + end.getClass().getSimpleName());
        }
    }

    /// The fact first, the revocation after it, and again at every repetition: a rejected
    /// certificate never stays good because something broke in between.
    @Override
    public void reject(RenewalId id, String text) {
        RegisteredRenewal renewal = issuedUnder(id);
        String reason =
                "%s the holder rejected the certificate: %s"
                        .formatted(Problem.RA_REFUSED.code(), bounded(text));
        RegisteredRenewal after =
                register.append(
                        renewal.id(),
                        current ->
                                current.state() instanceof Renewal.Uninstalled
                                        ? Optional.of(
                                                new RenewalEvent.Rejected(
                                                        FailInfo.incorrectData, reason, now()))
                                        : Optional.empty());
        if (after.state() instanceof Renewal.Done) {
            throw new ProtocolException(
                    Problem.REQUEST_INVALID,
                    FailInfo.certConfirmed,
                    "the certificate has been confirmed before it was rejected");
        }
        after.issued()
                .ifPresent(fresh ->
                        authority.revoke(fresh.id(), RevocationReason.CESSATION_OF_OPERATION));
    }

    @Override
    public List<RenewalTerms> terms(List<CertificateId> certificates, Certificate asker) {
        return certificates.stream().map(id -> terms.of(id, asker)).toList();
    }

    @Override
    public PermissionOutcome permission(RenewalId id, CertificateId old, Certificate asker) {
        return permissions.permission(id, old, asker, now());
    }

    @Override
    public Optional<PermittedUpdate> permitted(RenewalId id, byte[] reference) {
        return permissions.permitted(id, reference);
    }

    /// Enters a card's certificates at its personalisation; again changes nothing.
    ///
    /// @throws IllegalArgumentException when one was not issued by an authority served here
    public void registerCard(CardNumber card, List<Certificate> certificates) {
        for (Certificate certificate : certificates) {
            if (issuers.of(certificate).isEmpty()) {
                throw new IllegalArgumentException("not served here: " + certificate);
            }
        }
        certificates.forEach(certificate -> register.enter(Optional.of(card), certificate));
    }

    /// How many renewals led to this certificate; zero for one not seen yet.
    public int timesRenewed(CertificateId certificate) {
        return register.find(certificate).map(KnownCertificate::ordinal).orElse(0);
    }

    /// Whether it may be renewed now.
    public Eligibility eligibility(Certificate certificate) {
        return standings.of(certificate, now()).eligibility();
    }

    public CardStatus check(CardNumber card, List<Certificate> certificates) {
        Instant now = now();
        return new CardStatus(
                now, card, certificates.stream().map(c -> standings.of(c, now)).toList());
    }

    /// A new visit, not opened yet; 15 minutes to begin.
    public Visit visit(CardNumber card) {
        Instant now = now();
        return new Visit(VisitToken.random(random), card, now, now.plus(TO_BEGIN));
    }

    /// Opens the visit and requests the renewal of each certificate that may be renewed. One that
    /// has been requested and not finished keeps its id. A certificate that an unfinished renewal
    /// has brought to the card stands for that renewal, so that any computer can finish it.
    ///
    /// @return which of these certificates under which ids; empty when nothing is to be done
    public Optional<Ticket> open(Visit visit, List<Certificate> certificates) {
        List<Map.Entry<RenewalId, Certificate>> renewable =
                certificates.stream()
                        .distinct()
                        .filter(certificate -> isToBeDone(certificate, visit.created()))
                        .map(certificate -> Map.entry(RenewalId.random(random), certificate))
                        .toList();
        if (renewable.isEmpty()) {
            return Optional.empty();
        }
        List<Ticket.Entry> entries =
                register
                        .open(
                                visit,
                                renewable,
                                old -> issuers.of(old).orElseThrow().policy().kind())
                        .stream()
                        .map(o -> new Ticket.Entry(o.renewal().id(), o.presented().serialNumber()))
                        .toList();
        return entries.isEmpty() ? Optional.empty() : Optional.of(new Ticket(entries));
    }

    private boolean isToBeDone(Certificate certificate, Instant now) {
        CertificateStanding standing = standings.of(certificate, now);
        return standing.renewable() || standing.unfinished();
    }

    /// How far the visit's renewals have come; empty when there is no such visit or it has expired.
    public Optional<VisitProgress> progress(VisitToken token) {
        return register.visit(token).filter(this::alive).map(this::progress);
    }

    /// A visit ends unless one of its renewals has begun in time.
    private boolean alive(RegisteredVisit visit) {
        return visit.renewals().stream().anyMatch(r -> !(r.state() instanceof Renewal.Pending))
                || !now().isAfter(visit.expires());
    }

    private VisitProgress progress(RegisteredVisit visit) {
        return new VisitProgress(
                visit.cardNumber(),
                visit.renewals().stream()
                        .map(r ->
                                new VisitProgress.Item(
                                        r.old(),
                                        r.state(),
                                        issuers.of(r.old()),
                                        r.finishedAt(),
                                        r.state() instanceof Renewal.Done
                                                ? r.ordinal()
                                                : r.ordinal() - 1))
                        .toList());
    }

    /// The certificate itself where it protects the request, else the one that a visit, a
    /// personalisation or an earlier renewal has brought.
    private Optional<Certificate> oldCertificate(
            UpdateRequest request, Optional<RegisteredRenewal> known) {
        if (known.isPresent()) {
            return known.map(RegisteredRenewal::old);
        }
        if (request.protectedBy().id().equals(request.old())) {
            return Optional.of(request.protectedBy());
        }
        return register.find(request.old()).map(KnownCertificate::certificate);
    }

    private IssueOutcome decide(
            UpdateRequest request,
            Certificate old,
            RenewalKind kind,
            Optional<RegisteredRenewal> pending) {
        return switch (admission.begin(
                request.id(), old, request.protectedBy().equals(old), kind, pending, now())) {
            case Admission.Outcome.Begun(var renewal) -> proceed(renewal, request);
            case Admission.Outcome.Refused(var refusal) -> refusal.outcome();
        };
    }

    /// Until there is a certificate, the newest key counts: the card may have lost the one before.
    private IssueOutcome proceed(RegisteredRenewal renewal, UpdateRequest request) {
        RequestedKey requested = new RequestedKey(request.key(), request.proof());
        RegisteredRenewal approved =
                register.approve(renewal.id(), requested, RenewalId.random(random).value(), now());
        if (approved.requested().isPresent() && !approved.asksFor(requested)) {
            return anotherKeyUnderWay();
        }
        return switch (fulfilment.drive(approved)) {
            // Another key has taken this one's place while the authority was asked.
            case IssueOutcome.Accepted(Certificate fresh)
                    when !RequestedKey.same(fresh.publicKey(), request.key()) ->
                    anotherKeyUnderWay();
            case IssueOutcome outcome -> outcome;
        };
    }

    private static IssueOutcome anotherKeyUnderWay() {
        return Refusal.of(
                        Problem.KEY_NOT_ALLOWED,
                        FailInfo.duplicateCertReq,
                        "a renewal of the certificate with another key is under way")
                .outcome();
    }

    private Optional<RegisteredRenewal> askedFor(RenewalId id) {
        return register.underTransaction(id)
                .filter(renewal -> !(renewal.state() instanceof Renewal.Pending));
    }

    private RegisteredRenewal issuedUnder(RenewalId id) {
        return askedFor(id)
                .filter(renewal -> renewal.issued().isPresent())
                .orElseThrow(() ->
                        new ProtocolException(
                                Problem.REQUEST_INVALID,
                                FailInfo.badRequest,
                                "no certificate has been issued under " + id));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static IssueOutcome rejection(Eligibility eligibility) {
        return Refusal.of(eligibility).orElseThrow().outcome();
    }

    private static String bounded(String text) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        return line.length() > MAX_REASON ? line.substring(0, MAX_REASON) : line;
    }
}
