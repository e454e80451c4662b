// SPDX-License-Identifier: Apache-2.0
package perennial.ra;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import perennial.core.authority.CertificationAuthority;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome;
import perennial.core.authority.RevocationOutcome;
import perennial.core.authority.RevocationRequest;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.core.certificate.RevocationReason;
import perennial.core.certificate.SerialNumber;
import perennial.core.certificate.Validity;

/// An authority in memory that signs real certificates, one for each transaction and one good one
/// in place of each.
public final class TestAuthority implements CertificationAuthority {
    public static final int SIGNATURE = KeyUsage.digitalSignature | KeyUsage.nonRepudiation;
    public static final int ENCRYPTION = KeyUsage.keyEncipherment;

    private final KeyPair keys = newKeys();
    private final X500Principal name;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final Certificate certificate;
    private final Map<CertificateId, CertStatus> statuses = new HashMap<>();
    private final Map<UUID, IssueOutcome> answers = new HashMap<>();
    private final List<CertificationRequest> requests = new ArrayList<>();
    private final List<Certificate> certificates = new ArrayList<>();
    private Optional<IssueOutcome> nextAnswer = Optional.empty();
    private boolean losing;

    public TestAuthority(String name, Clock clock) {
        this.name = new X500Principal(name);
        this.clock = clock;
        Instant now = clock.instant();
        this.certificate =
                sign(
                        this.name,
                        keys.getPublic(),
                        new Validity(
                                now.minus(Duration.ofDays(3650)), now.plus(Duration.ofDays(3650))),
                        KeyUsage.keyCertSign);
    }

    public static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public Certificate certificate() {
        return certificate;
    }

    /// A first certificate, known to this authority.
    public synchronized Certificate first(
            String subject, PublicKey key, Validity validity, int usage) {
        Certificate first = sign(new X500Principal(subject), key, validity, usage);
        statuses.put(first.id(), new CertStatus.Good());
        return first;
    }

    /// One that carries this authority's name and signature but is not in its memory.
    public synchronized Certificate forgotten(String subject, PublicKey key, Validity validity) {
        return sign(new X500Principal(subject), key, validity, SIGNATURE);
    }

    /// What the next new transaction is answered.
    public synchronized void answerNext(IssueOutcome answer) {
        nextAnswer = Optional.of(answer);
    }

    /// The requests that reached it, repetitions too.
    public synchronized List<CertificationRequest> requests() {
        return List.copyOf(requests);
    }

    public synchronized long issued() {
        return answers.values().stream().filter(IssueOutcome.Accepted.class::isInstance).count();
    }

    /// The next certificate is made and remembered, and whoever asked hears nothing.
    public synchronized void loseNextAnswer() {
        losing = true;
    }

    /// What has been issued on request, in order.
    public synchronized List<Certificate> certificates() {
        return List.copyOf(certificates);
    }

    @Override
    public synchronized IssueOutcome issue(CertificationRequest request) {
        requests.add(request);
        if (nextAnswer.isPresent()) {
            IssueOutcome answer = nextAnswer.get();
            nextAnswer = Optional.empty();
            return answer;
        }
        IssueOutcome answer = answers.get(request.transaction());
        if (answer == null) {
            answer = isRenewed(request) ? duplicate() : renewed(request);
            if (answer instanceof IssueOutcome.Accepted) {
                answers.put(request.transaction(), answer);
            }
        }
        if (losing) {
            losing = false;
            throw new IllegalStateException("the answer is lost");
        }
        return answer;
    }

    @Override
    public synchronized RevocationOutcome revoke(RevocationRequest request) {
        CertificateId id = request.certificate();
        if (statuses.containsKey(id)) {
            statuses.put(
                    id,
                    request.reason() == RevocationReason.REMOVE_FROM_CRL
                            ? new CertStatus.Good()
                            : new CertStatus.Revoked(clock.instant(), request.reason()));
        }
        return new RevocationOutcome.Done(status(id));
    }

    @Override
    public synchronized CertStatus status(CertificateId id) {
        return statuses.getOrDefault(id, new CertStatus.Unknown());
    }

    /// Whether a certificate that is not revoked has replaced the same one.
    private boolean isRenewed(CertificationRequest request) {
        return requests.stream()
                .filter(earlier -> earlier.replaces().equals(request.replaces()))
                .map(earlier -> answers.get(earlier.transaction()))
                .anyMatch(answer ->
                        answer instanceof IssueOutcome.Accepted(Certificate fresh)
                                && status(fresh.id()) instanceof CertStatus.Good);
    }

    private static IssueOutcome duplicate() {
        return new IssueOutcome.Rejection(FailInfo.duplicateCertReq, "renewed already");
    }

    private IssueOutcome renewed(CertificationRequest request) {
        Certificate old = request.replaces().orElseThrow();
        int usage = request.profile().equals("signature") ? SIGNATURE : ENCRYPTION;
        Instant end = old.validity().notAfter().plus(Duration.ofDays(365));
        Certificate fresh =
                sign(request.subject(), request.key(), new Validity(clock.instant(), end), usage);
        statuses.put(fresh.id(), new CertStatus.Good());
        certificates.add(fresh);
        return new IssueOutcome.Accepted(fresh);
    }

    @SuppressWarnings("JavaUtilDate")
    private Certificate sign(X500Principal subject, PublicKey key, Validity validity, int usage) {
        byte[] serial = new byte[16];
        random.nextBytes(serial);
        try {
            var builder =
                    new JcaX509v3CertificateBuilder(
                            name,
                            new SerialNumber(new BigInteger(1, serial)).value(),
                            Date.from(validity.notBefore()),
                            Date.from(validity.notAfter()),
                            subject,
                            key);
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
            return Certificate.ofDer(builder.build(signer).getEncoded());
        } catch (OperatorCreationException | java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
