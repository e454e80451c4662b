// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.core.crypto.KeyAlgorithm;
import perennial.core.renewal.PermissionOutcome;
import perennial.core.renewal.ReKeyPermission;
import perennial.core.renewal.RenewalId;
import perennial.core.renewal.RenewalKind;
import perennial.core.renewal.RenewalTerms;
import perennial.protocol.cmp.PermittedUpdate;
import perennial.protocol.cmp.ProtocolException;
import perennial.protocol.cmp.UpdateRequest;
import perennial.protocol.cmp.UpdateService;

/// A registration authority in memory that behaves: one certificate for each transaction, one
/// transaction for each certificate, the same answer to the same question; of new keys the newest,
/// until there is a certificate.
final class TestRa implements UpdateService {
    private static final String KEY_NOT_ALLOWED = Problem.KEY_NOT_ALLOWED.code();

    private final SecureRandom random = new SecureRandom();
    private final TestAuthority authority;
    private final Map<CertificateId, Certificate> known = new HashMap<>();
    private final Map<RenewalId, Certificate> old = new HashMap<>();
    private final Map<RenewalId, Certificate> fresh = new LinkedHashMap<>();
    private final Set<RenewalId> confirmed = new HashSet<>();
    private final Map<RenewalId, PublicKey> keys = new HashMap<>();
    private final Map<RenewalId, byte[]> secrets = new HashMap<>();
    private final List<UpdateRequest> asked = new ArrayList<>();
    private RenewalTerms wanted = RenewalTerms.SAME_KEY;

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

    /// From now on a new key is wanted.
    void reKey(Optional<KeyAlgorithm> newKey) {
        wanted = new RenewalTerms(RenewalKind.RE_KEY, newKey, Optional.empty());
    }

    synchronized void know(Certificate certificate) {
        known.put(certificate.id(), certificate);
    }

    /// What nobody has used is taken back.
    synchronized void forgetPermissions() {
        secrets.clear();
    }

    void refuse(FailInfo reason, String text) {
        refusal = Optional.of(new IssueOutcome.Rejection(reason, text));
    }

    /// Has one more holder's certificate in its register.
    synchronized void register(Certificate certificate) {
        known.put(certificate.id(), certificate);
    }

    @Override
    public synchronized IssueOutcome update(UpdateRequest request) {
        asked.add(request);
        Optional<Certificate> certificate = Optional.ofNullable(known.get(request.old()));
        if (certificate.isEmpty()) {
            return new IssueOutcome.Rejection(FailInfo.badCertId, "R08 not known here");
        }
        if (isUnderWayElsewhere(request.id(), certificate.get())) {
            return new IssueOutcome.Rejection(FailInfo.certConfirmed, "R09 under way already");
        }
        if (refusal.isPresent()) {
            return refusal.get();
        }
        boolean sameKey = request.key().equals(certificate.get().publicKey());
        if (sameKey != (wanted.kind() == RenewalKind.RENEWAL)) {
            return new IssueOutcome.Rejection(
                    FailInfo.badCertTemplate, "%s not that key".formatted(KEY_NOT_ALLOWED));
        }
        Certificate issued = fresh.get(request.id());
        if (issued != null && !issued.publicKey().equals(request.key())) {
            return new IssueOutcome.Rejection(
                    FailInfo.duplicateCertReq, "%s another key".formatted(KEY_NOT_ALLOWED));
        }
        old.put(request.id(), certificate.get());
        keys.put(request.id(), request.key());
        return answer(request.id());
    }

    @Override
    public synchronized Optional<IssueOutcome> outcome(RenewalId id) {
        return keys.containsKey(id) ? Optional.of(answer(id)) : Optional.empty();
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
        return certificates.stream()
                .map(id -> new RenewalTerms(wanted.kind(), wanted.newKey(), inFlight(id)))
                .toList();
    }

    private Optional<RenewalTerms.InFlight> inFlight(CertificateId certificate) {
        return old.entrySet().stream()
                .filter(e -> !confirmed.contains(e.getKey()))
                .filter(e ->
                        e.getValue().id().equals(certificate)
                                || Optional.ofNullable(fresh.get(e.getKey()))
                                        .filter(f -> f.id().equals(certificate))
                                        .isPresent())
                .map(e -> new RenewalTerms.InFlight(e.getKey(), e.getValue()))
                .findFirst();
    }

    @Override
    public synchronized PermissionOutcome permission(
            RenewalId id, CertificateId asked, Certificate holder) {
        if (wanted.kind() != RenewalKind.RE_KEY || !holder.id().equals(asked)) {
            return new PermissionOutcome.Refused(
                    FailInfo.notAuthorized, "%s it stays".formatted(KEY_NOT_ALLOWED));
        }
        if (isUnderWayElsewhere(id, holder)) {
            return new PermissionOutcome.Refused(FailInfo.certConfirmed, "R09 under way already");
        }
        if (refusal.isPresent()) {
            return new PermissionOutcome.Refused(refusal.get().reason(), refusal.get().text());
        }
        if (undecided > 0) {
            undecided--;
            return new PermissionOutcome.Waiting(Duration.ofSeconds(5));
        }
        known.put(holder.id(), holder);
        old.put(id, holder);
        return new PermissionOutcome.Granted(
                new ReKeyPermission(
                        reference(id),
                        secrets.computeIfAbsent(id, i -> RenewalId.random(random).octets())
                                .clone()));
    }

    @Override
    public synchronized Optional<PermittedUpdate> permitted(RenewalId id, byte[] reference) {
        byte[] secret = secrets.get(id);
        if (secret == null || !Arrays.equals(reference, reference(id))) {
            return Optional.empty();
        }
        if (confirmed.contains(id)) {
            throw new ProtocolException(
                    Problem.REQUEST_INVALID, FailInfo.certConfirmed, "the permission has ended");
        }
        return Optional.of(new PermittedUpdate(id, new ReKeyPermission(reference, secret.clone())));
    }

    private boolean isUnderWayElsewhere(RenewalId id, Certificate certificate) {
        return old.entrySet().stream()
                .anyMatch(e -> e.getValue().equals(certificate) && !e.getKey().equals(id));
    }

    private static byte[] reference(RenewalId id) {
        return id.toString().getBytes(StandardCharsets.US_ASCII);
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
                                    authority.renewed(
                                            Objects.requireNonNull(old.get(i)),
                                            Objects.requireNonNull(keys.get(i)));
                            known.put(made.id(), made);
                            return made;
                        });
        return new IssueOutcome.Accepted(issued);
    }
}
