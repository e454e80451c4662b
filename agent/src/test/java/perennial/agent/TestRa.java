// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.core.renewal.PermissionOutcome;
import perennial.core.renewal.RenewalId;
import perennial.core.renewal.RenewalTerms;
import perennial.protocol.cmp.PermittedUpdate;
import perennial.protocol.cmp.UpdateRequest;
import perennial.protocol.cmp.UpdateService;

/// A registration authority in memory that behaves: one certificate for each transaction, one
/// transaction for each certificate, the same answer to the same question.
final class TestRa implements UpdateService {
    private final TestAuthority authority;
    private final Map<CertificateId, Certificate> known = new HashMap<>();
    private final Map<RenewalId, Certificate> old = new HashMap<>();
    private final Map<RenewalId, Certificate> fresh = new LinkedHashMap<>();
    private final Set<RenewalId> confirmed = new HashSet<>();
    private final List<UpdateRequest> asked = new ArrayList<>();

    /// Asked how often before the operator has decided.
    private int undecided;

    private Optional<IssueOutcome.Rejection> refusal = Optional.empty();

    TestRa(TestAuthority authority, List<Certificate> known) {
        this.authority = authority;
        known.forEach(c -> this.known.put(c.id(), c));
    }

    void decideAfter(int questions) {
        undecided = questions;
    }

    void refuse(FailInfo reason, String text) {
        refusal = Optional.of(new IssueOutcome.Rejection(reason, text));
    }

    @Override
    public synchronized IssueOutcome update(UpdateRequest request) {
        asked.add(request);
        Optional<Certificate> certificate = Optional.ofNullable(known.get(request.old()));
        if (certificate.isEmpty()) {
            return new IssueOutcome.Rejection(FailInfo.badCertId, "R08 not known here");
        }
        boolean other =
                old.entrySet().stream()
                        .anyMatch(e ->
                                e.getValue().equals(certificate.get())
                                        && !e.getKey().equals(request.id()));
        if (other) {
            return new IssueOutcome.Rejection(FailInfo.certConfirmed, "R09 under way already");
        }
        if (refusal.isPresent()) {
            return refusal.get();
        }
        old.put(request.id(), certificate.get());
        return answer(request.id());
    }

    @Override
    public synchronized Optional<IssueOutcome> outcome(RenewalId id) {
        return old.containsKey(id) ? Optional.of(answer(id)) : Optional.empty();
    }

    @Override
    public synchronized Optional<Certificate> old(RenewalId id) {
        return Optional.ofNullable(old.get(id));
    }

    @Override
    public synchronized void confirm(RenewalId id) {
        confirmed.add(id);
    }

    @Override
    public synchronized void reject(RenewalId id, String text) {
        throw new IllegalStateException("the agent rejects nothing it can install: " + text);
    }

    @Override
    public synchronized List<RenewalTerms> terms(
            List<CertificateId> certificates, Certificate holder) {
        return Collections.nCopies(certificates.size(), RenewalTerms.SAME_KEY);
    }

    @Override
    public synchronized PermissionOutcome permission(
            RenewalId id, CertificateId old, Certificate holder) {
        return new PermissionOutcome.Refused(FailInfo.unacceptedPolicy, "R00 the key is kept");
    }

    @Override
    public synchronized Optional<PermittedUpdate> permitted(RenewalId id, byte[] reference) {
        return Optional.empty();
    }

    /// The certificates issued, by the one each replaces.
    synchronized Map<Certificate, List<Certificate>> issued() {
        Map<Certificate, List<Certificate>> byOld = new HashMap<>();
        fresh.forEach((id, certificate) ->
                byOld.computeIfAbsent(Objects.requireNonNull(old.get(id)), o -> new ArrayList<>())
                        .add(certificate));
        return byOld;
    }

    synchronized Set<RenewalId> confirmed() {
        return Set.copyOf(confirmed);
    }

    synchronized List<UpdateRequest> asked() {
        return Collections.unmodifiableList(new ArrayList<>(asked));
    }

    private IssueOutcome answer(RenewalId id) {
        if (undecided > 0) {
            undecided--;
            return new IssueOutcome.Waiting(Duration.ofSeconds(5));
        }
        Certificate issued =
                fresh.computeIfAbsent(
                        id,
                        i -> {
                            Certificate made =
                                    authority.renewed(Objects.requireNonNull(old.get(i)));
                            known.put(made.id(), made);
                            return made;
                        });
        return new IssueOutcome.Accepted(issued);
    }
}
