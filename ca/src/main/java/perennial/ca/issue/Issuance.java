// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue;

import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import perennial.ca.AuthoritySettings;
import perennial.ca.CaException;
import perennial.ca.CertificateProfile;
import perennial.ca.audit.AuthorityAudit;
import perennial.ca.issue.key.KeyCheck;
import perennial.ca.issue.lint.Lint;
import perennial.ca.issue.lint.LintGate;
import perennial.ca.issue.lint.Plan;
import perennial.ca.issue.lint.ThrowAwayKey;
import perennial.ca.profile.HolderExtensions;
import perennial.ca.profile.TbsTemplate;
import perennial.ca.profile.ValidityRule;
import perennial.ca.store.Intent;
import perennial.ca.store.IssuanceStore;
import perennial.ca.store.IssuanceStore.Known;
import perennial.ca.store.StatusStore;
import perennial.core.advice.Problem;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome;
import perennial.core.authority.IssueOutcome.Accepted;
import perennial.core.authority.IssueOutcome.Rejection;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.KeyUsage;
import perennial.core.certificate.SerialNumber;
import perennial.core.certificate.Validity;

/// The cycle from a request to a certificate: lint, write down the intent, sign, verify, store,
/// answer. Whatever breaks, the same transaction asked again goes on where it stopped, with the
/// same serial number and the same bytes; signatures are deterministic, so there is only one
/// certificate that can come out.
public final class Issuance {
    private static final int MAX_DRAWS = 3;

    private final IssuingKey key;
    private final Map<String, CertificateProfile> profiles;
    private final TbsTemplate template;
    private final String publicBase;
    private final KeyCheck keys;
    private final LintGate gate;
    private final IssuanceStore store;
    private final StatusStore statuses;
    private final Clock clock;
    private final SerialNumbers serialNumbers;
    private final AuthorityAudit audit;

    public Issuance(
            IssuingKey key,
            Rules rules,
            Stores stores,
            AuthorityAudit audit,
            Clock clock,
            SecureRandom random) {
        AuthoritySettings settings = rules.settings();
        this.key = key;
        this.profiles =
                settings.profiles().stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        CertificateProfile::name, Function.identity()));
        this.template = new TbsTemplate(key.certificate(), settings);
        this.publicBase = settings.publicBase().toString();
        this.keys = rules.keys();
        this.gate =
                new LintGate(
                        key.certificate(),
                        ThrowAwayKey.like(key.certificate().publicKey(), random));
        this.store = stores.issuance();
        this.statuses = stores.statuses();
        this.clock = clock;
        this.serialNumbers = new SerialNumbers(random);
        this.audit = audit;
    }

    /// What decides.
    ///
    /// @param keys which keys are certified
    public record Rules(AuthoritySettings settings, KeyCheck keys) {}

    /// What the cycle writes to.
    public record Stores(IssuanceStore issuance, StatusStore statuses) {}

    /// @throws CaException DATABASE_UNAVAILABLE, HSM_UNAVAILABLE, AUDIT_NOT_WRITABLE; then ask
    ///   again. AUDIT_DAMAGED
    public IssueOutcome issue(CertificationRequest request) {
        return recorded(request, decide(request, keys::findings));
    }

    /// The same for a service of the authority, which may have keys of every kind that the
    /// authority has.
    public IssueOutcome issueToService(CertificationRequest request) {
        return recorded(request, decide(request, keys::serviceFindings));
    }

    /// A refusal is written down too, and nothing is said before what was done is on the disk.
    private IssueOutcome recorded(CertificationRequest request, IssueOutcome outcome) {
        if (outcome instanceof Rejection(var reason, String text)) {
            audit.refused(
                    request.transaction(),
                    request.profile(),
                    RequestDigest.of(request),
                    reason + " " + text);
        }
        audit.settle();
        return outcome;
    }

    private IssueOutcome decide(
            CertificationRequest request, Function<PublicKey, List<Lint.Finding>> look) {
        byte[] digest = RequestDigest.of(request);
        Optional<Known> known = store.find(request.transaction());
        if (known.isPresent()) {
            return resume(known.get(), request, digest, look);
        }
        CertificateProfile profile = profiles.get(request.profile());
        if (profile == null) {
            return new Rejection(
                    FailInfo.unacceptedPolicy, "no profile is named " + request.profile());
        }
        if (enciphers(profile) && request.key().getAlgorithm().equals("EdDSA")) {
            return new Rejection(FailInfo.badCertTemplate, "an Ed25519 key does not encipher");
        }
        List<Lint.Finding> weaknesses = look.apply(request.key());
        if (!weaknesses.isEmpty()) {
            return refused(Problem.KEY_NOT_ALLOWED, weaknesses);
        }
        Optional<Rejection> refusal = refusal(request);
        return refusal.isPresent() ? refusal.get() : begin(request, profile, digest);
    }

    private static boolean enciphers(CertificateProfile profile) {
        return profile.keyUsages().contains(KeyUsage.KEY_ENCIPHERMENT)
                || profile.keyUsages().contains(KeyUsage.DATA_ENCIPHERMENT)
                || profile.keyUsages().contains(KeyUsage.KEY_AGREEMENT);
    }

    private Optional<Rejection> refusal(CertificationRequest request) {
        if (request.replaces().isEmpty()) {
            return Optional.empty();
        }
        Certificate old = request.replaces().get();
        if (!store.certificate(old.serialNumber()).equals(request.replaces())) {
            return Optional.of(
                    new Rejection(
                            FailInfo.badCertId, "%s was not issued here".formatted(old.id())));
        }
        // After a roll-over the old key has the same name; another name is another authority.
        if (!old.id().issuer().equals(key.certificate().subject())) {
            return Optional.of(
                    new Rejection(
                            FailInfo.wrongAuthority,
                            "%s is another authority's".formatted(old.id())));
        }
        if (statuses.statusAtAny(old.serialNumber()) instanceof CertStatus.Revoked) {
            return Optional.of(
                    new Rejection(
                            FailInfo.certRevoked,
                            "%s is revoked or suspended".formatted(old.serialNumber())));
        }
        return Optional.empty();
    }

    private IssueOutcome begin(
            CertificationRequest request, CertificateProfile profile, byte[] digest) {
        for (int draw = 0; draw < MAX_DRAWS; draw++) {
            SerialNumber serial = serialNumbers.next();
            Plan plan;
            byte[] tbs;
            try {
                plan = plan(request, profile);
                tbs = template.encode(request, profile, plan.validity(), serial);
            } catch (IllegalArgumentException e) {
                return new Rejection(FailInfo.badCertTemplate, String.valueOf(e.getMessage()));
            }
            Linted linted;
            switch (Linted.check(tbs, gate, request, plan)) {
                case Linted.Outcome.Clean clean -> linted = clean.linted();
                case Linted.Outcome.Refused refused -> {
                    return refused(Problem.LINT_REFUSED, refused.findings());
                }
            }
            if (store.intend(intent(serial, request, digest, plan, tbs))) {
                return finish(linted, serial, request, digest);
            }
            Optional<IssueOutcome> taken = taken(request, digest);
            if (taken.isPresent()) {
                return taken.get();
            }
        }
        throw new CaException(
                Problem.INTERNAL, "%d random serial numbers were taken".formatted(MAX_DRAWS));
    }

    /// @throws IllegalArgumentException with what the profile does not allow
    private Plan plan(CertificationRequest request, CertificateProfile profile) {
        Instant now = clock.instant();
        Validity validity =
                ValidityRule.validity(
                                profile,
                                now,
                                request.replaces().map(Certificate::validity),
                                request.notAfter(),
                                key.certificate().validity())
                        .orElseThrow(() ->
                                new IllegalArgumentException("nothing is left of the validity"));
        return new Plan(
                profile, HolderExtensions.details(request, profile), validity, publicBase, now);
    }

    private Intent intent(
            SerialNumber serial,
            CertificationRequest request,
            byte[] digest,
            Plan plan,
            byte[] tbs) {
        return new Intent(
                serial,
                store.authority(),
                request.transaction(),
                digest,
                request.replaces().map(Certificate::serialNumber),
                plan.profile().name(),
                tbs,
                plan.validity().notAfter(),
                template.partition(plan.profile(), serial).code(),
                plan.at());
    }

    /// Who was first; empty when it was the serial number alone that was taken.
    private Optional<IssueOutcome> taken(CertificationRequest request, byte[] digest) {
        Optional<Known> known = store.find(request.transaction());
        if (known.isPresent()) {
            // The key was looked at before.
            return Optional.of(resume(known.get(), request, digest, _ -> List.of()));
        }
        Optional<SerialNumber> replaces = request.replaces().map(Certificate::serialNumber);
        return replaces.flatMap(store::renewalOf).isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Rejection(
                                FailInfo.duplicateCertReq,
                                "%s has been renewed by another transaction"
                                        .formatted(replaces.get())));
    }

    private IssueOutcome resume(
            Known known,
            CertificationRequest request,
            byte[] digest,
            Function<PublicKey, List<Lint.Finding>> look) {
        Intent intent = known.intent();
        if (intent.authority() != store.authority()
                || !Arrays.equals(intent.requestDigest(), digest)) {
            return new Rejection(
                    FailInfo.transactionIdInUse,
                    "transaction %s asked for something else before"
                            .formatted(request.transaction()));
        }
        if (known.certificate().isPresent()) {
            return new Accepted(known.certificate().get());
        }
        if (statuses.status(intent.serialNumber()) instanceof CertStatus.Revoked) {
            return new Rejection(FailInfo.certRevoked, "revoked before it was handed over");
        }
        List<Lint.Finding> weaknesses = look.apply(request.key());
        if (!weaknesses.isEmpty()) {
            return refused(Problem.KEY_NOT_ALLOWED, weaknesses);
        }
        return switch (Linted.checkAgain(intent.tbs(), gate, request)) {
            case Linted.Outcome.Clean(Linted linted) ->
                    finish(linted, intent.serialNumber(), request, digest);
            case Linted.Outcome.Refused(List<Lint.Finding> findings) ->
                    refused(Problem.LINT_REFUSED, findings);
        };
    }

    private IssueOutcome finish(
            Linted linted, SerialNumber serial, CertificationRequest request, byte[] digest) {
        audit.decided(
                serial,
                request.transaction(),
                request.profile(),
                digest,
                request.replaces().map(Certificate::serialNumber));
        Certificate stored = store.store(key.sign(linted, serial), clock.instant());
        audit.stored(stored);
        return new Accepted(stored);
    }

    private static Rejection refused(Problem problem, List<Lint.Finding> findings) {
        return new Rejection(
                FailInfo.badCertTemplate,
                problem.code()
                        + findings.stream()
                                .map(Lint.Finding::toString)
                                .collect(Collectors.joining("; ", " ", "")));
    }
}
