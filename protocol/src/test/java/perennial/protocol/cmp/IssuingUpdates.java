// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.core.renewal.PermissionOutcome;
import perennial.core.renewal.ReKeyPermission;
import perennial.core.renewal.RenewalId;
import perennial.core.renewal.RenewalTerms;

/// Issues what is asked for, once for each id, or answers as told.
class IssuingUpdates implements UpdateService {
    final List<UpdateRequest> requests = new ArrayList<>();
    final List<RenewalId> confirmed = new ArrayList<>();
    final List<RenewalId> rejected = new ArrayList<>();

    private final TestPki pki;
    private final Map<CertificateId, Certificate> certificates = new HashMap<>();
    private final Map<RenewalId, Certificate> olds = new HashMap<>();
    private final Map<RenewalId, IssueOutcome> outcomes = new HashMap<>();
    private Optional<IssueOutcome> told = Optional.empty();
    final Map<CertificateId, RenewalTerms> terms = new HashMap<>();
    Optional<PermissionOutcome> permissionOutcome = Optional.empty();
    Optional<ProtocolException> ended = Optional.empty();
    boolean issuesForEncryption;
    private int asksLeft = -1;

    IssuingUpdates(TestPki pki) {
        this.pki = pki;
    }

    /// From now on answers new requests so.
    void answer(IssueOutcome outcome) {
        told = Optional.of(outcome);
    }

    /// From now on issues; also what was waiting.
    void approve() {
        told = Optional.empty();
        for (UpdateRequest request : requests) {
            outcomes.put(request.id(), issue(request));
        }
    }

    /// Issues what was waiting once it was asked for so often how it stands.
    void approveAfterOutcomesAsked(int times) {
        asksLeft = times;
    }

    /// The certificates that are known to be out there.
    void knows(Certificate certificate) {
        certificates.put(certificate.id(), certificate);
    }

    @Override
    public synchronized IssueOutcome update(UpdateRequest request) {
        requests.add(request);
        olds.put(
                request.id(),
                Optional.ofNullable(certificates.get(request.old())).orElse(request.protectedBy()));
        return outcomes.computeIfAbsent(request.id(), id -> told.orElseGet(() -> issue(request)));
    }

    @Override
    public synchronized Optional<IssueOutcome> outcome(RenewalId id) {
        if (asksLeft-- == 0) {
            approve();
        }
        return Optional.ofNullable(outcomes.get(id));
    }

    @Override
    public synchronized Optional<Certificate> old(RenewalId id) {
        return Optional.ofNullable(olds.get(id));
    }

    @Override
    public synchronized void confirm(RenewalId id) {
        confirmed.add(id);
    }

    @Override
    public synchronized void reject(RenewalId id, String text) {
        rejected.add(id);
    }

    @Override
    public synchronized List<RenewalTerms> terms(List<CertificateId> asked, Certificate holder) {
        return asked.stream()
                .map(id -> Objects.requireNonNull(terms.getOrDefault(id, RenewalTerms.SAME_KEY)))
                .toList();
    }

    @Override
    public synchronized PermissionOutcome permission(
            RenewalId id, CertificateId old, Certificate holder) {
        if (!holder.id().equals(old)) {
            return new PermissionOutcome.Refused(FailInfo.notAuthorized, "not by the old key");
        }
        olds.put(id, holder);
        return permissionOutcome.orElseGet(() -> new PermissionOutcome.Granted(permissionFor(id)));
    }

    @Override
    public synchronized Optional<PermittedUpdate> permitted(RenewalId id, byte[] reference) {
        if (ended.isPresent()) {
            throw ended.get();
        }
        RenewalId own = RenewalId.parse(new String(reference, StandardCharsets.US_ASCII));
        boolean fits = id.equals(own) || !olds.containsKey(id);
        return fits && olds.containsKey(own)
                ? Optional.of(new PermittedUpdate(own, permissionFor(own)))
                : Optional.empty();
    }

    /// A secret for each id, of letters, so that it can be given to any client.
    static ReKeyPermission permissionFor(RenewalId id) {
        String text = id.value().toString();
        return new ReKeyPermission(
                text.getBytes(StandardCharsets.US_ASCII),
                new StringBuilder(text.replace("-", ""))
                        .reverse()
                        .toString()
                        .getBytes(StandardCharsets.US_ASCII));
    }

    private IssueOutcome issue(UpdateRequest request) {
        Certificate old = olds.get(request.id());
        boolean signs = !issuesForEncryption && (old == null || MessageProtection.maySign(old));
        return new IssueOutcome.Accepted(
                signs ? pki.signing(request.key()) : pki.enciphering(request.key()));
    }
}
