// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import perennial.core.authority.IssueOutcome;
import perennial.core.authority.RevocationOutcome;
import perennial.core.authority.RevocationRequest;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.core.certificate.KeyUsage;
import perennial.core.crypto.KeyAlgorithm;
import perennial.core.renewal.RenewalId;

/// An authority in memory that gives everybody what is asked for, after waiting if told so.
final class EnrollingService implements EnrolmentService, SupportService {
    static final byte[] REFERENCE = "reference".getBytes(StandardCharsets.US_ASCII);

    final List<EnrolmentRequest> requests = new ArrayList<>();
    final List<RevocationRequest> revocations = new ArrayList<>();
    final Map<RenewalId, Enrolment.Ending> endings = new HashMap<>();
    int pollsUntilIssued;

    private final TestPki pki;
    private final Map<RenewalId, EnrolmentRequest> begun = new HashMap<>();
    private final Map<RenewalId, Certificate> issued = new HashMap<>();

    EnrollingService(TestPki pki) {
        this.pki = pki;
    }

    @Override
    public Optional<Requester> requester(Certificate signer) {
        if (signer.equals(pki.ra.certificate())) {
            return Optional.of(new Requester.RegistrationAuthority(signer));
        }
        return signer.id().issuer().equals(pki.issuing.subject())
                ? Optional.of(new Requester.Holder(signer))
                : Optional.empty();
    }

    @Override
    public Optional<SharedSecret> secret(byte[] reference) {
        return Arrays.equals(reference, REFERENCE)
                ? Optional.of(new SharedSecret(REFERENCE.clone(), new byte[32]))
                : Optional.empty();
    }

    @Override
    public synchronized Enrolment enrol(EnrolmentRequest request) {
        requests.add(request);
        begun.putIfAbsent(request.id(), request);
        return enrolment(request.id(), request.requester()).orElseThrow();
    }

    @Override
    public synchronized Optional<Enrolment> enrolment(RenewalId id, Requester requester) {
        return Optional.ofNullable(begun.get(id))
                .filter(one -> one.requester().identity().equals(requester.identity()))
                .map(this::stands);
    }

    private Enrolment stands(EnrolmentRequest request) {
        IssueOutcome outcome =
                pollsUntilIssued-- > 0
                        ? new IssueOutcome.Waiting(Duration.ofSeconds(1))
                        : new IssueOutcome.Accepted(
                                issued.computeIfAbsent(
                                        request.id(), id -> pki.signing(request.key())));
        return new Enrolment(
                request.kind(),
                request.proof(),
                outcome,
                endings.getOrDefault(
                        request.id(),
                        request.implicitConfirm()
                                ? Enrolment.Ending.IMPLICITLY_CONFIRMED
                                : Enrolment.Ending.OPEN),
                pki.clock.instant().plus(Duration.ofHours(1)));
    }

    @Override
    public synchronized void confirm(RenewalId id, Requester requester) {
        endings.put(id, Enrolment.Ending.CONFIRMED);
    }

    @Override
    public synchronized void reject(RenewalId id, Requester requester, String text) {
        endings.put(id, Enrolment.Ending.REJECTED);
    }

    @Override
    public synchronized RevocationOutcome revoke(RevocationRequest request, Requester requester) {
        revocations.add(request);
        return new RevocationOutcome.Done(new CertStatus.Good());
    }

    @Override
    public List<Certificate> caCertificates() {
        return List.of(pki.issuing, pki.root);
    }

    @Override
    public Optional<RootUpdate> rootUpdate(Optional<Certificate> old) {
        return old.map(root ->
                new RootUpdate(pki.root, Optional.of(pki.issuing), Optional.of(pki.issuing)));
    }

    @Override
    public Optional<RequestTemplate> template(Optional<String> profile) {
        return Optional.of(
                new RequestTemplate(
                        Set.of(KeyUsage.DIGITAL_SIGNATURE),
                        List.of("1.3.6.1.5.5.7.3.2"),
                        List.of(KeyAlgorithm.RSA_2048, KeyAlgorithm.P_256)));
    }

    @Override
    public Optional<byte[]> crl(CrlQuestion question) {
        return Optional.empty();
    }

    @Override
    public CertStatus status(CertificateId certificate) {
        return new CertStatus.Good();
    }
}
