// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.core.renewal.Eligibility;
import perennial.core.renewal.PermissionOutcome;
import perennial.core.renewal.ReKeyPermission;
import perennial.core.renewal.Refusal;
import perennial.core.renewal.Renewal;
import perennial.core.renewal.RenewalId;
import perennial.core.renewal.RenewalKind;
import perennial.protocol.cmp.PermittedUpdate;
import perennial.protocol.cmp.ProtocolException;

/// Permissions to overwrite a key, given to that key itself as long as its certificate may be
/// renewed.
final class Permissions {
    /// 192 random bits, 32 characters of base64url: any client can be given it as text.
    private static final int SECRET_OCTETS = 24;

    private final RenewalRegister register;
    private final Issuers issuers;
    private final Admission admission;
    private final SecureRandom random;

    Permissions(
            RenewalRegister register, Issuers issuers, Admission admission, SecureRandom random) {
        this.register = register;
        this.issuers = issuers;
        this.admission = admission;
        this.random = random;
    }

    /// @param holder whose key has signed the request
    PermissionOutcome permission(RenewalId id, CertificateId old, Certificate holder, Instant now) {
        if (!holder.id().equals(old)) {
            return refused(
                    Problem.KEY_NOT_ALLOWED,
                    FailInfo.notAuthorized,
                    "only the key to be overwritten may give itself up");
        }
        Optional<IssuerSettings> issuer = issuers.of(holder);
        if (issuer.isEmpty()) {
            return refused(Refusal.of(new Eligibility.ForeignIssuer()).orElseThrow());
        }
        Optional<RegisteredRenewal> known = register.underTransaction(id);
        if (known.filter(renewal -> !renewal.old().id().equals(old)).isPresent()) {
            return refused(Admission.otherCertificates());
        }
        Optional<RegisteredRenewal> begun =
                known.filter(renewal -> !(renewal.state() instanceof Renewal.Pending));
        if (begun.isPresent()) {
            return permit(begun.get(), now);
        }
        RenewalKind kind = issuer.get().policy().kind();
        if (kind != RenewalKind.RE_KEY) {
            return keyIsKept();
        }
        return switch (admission.begin(id, holder, true, kind, known, now)) {
            case Admission.Outcome.Begun(var renewal) -> permit(renewal, now);
            case Admission.Outcome.Refused(var refusal) -> refused(refusal);
        };
    }

    /// @throws ProtocolException with the reason when the permission has ended
    Optional<PermittedUpdate> permitted(RenewalId id, byte[] reference) {
        Optional<StoredPermission> stored = register.permission(id, reference);
        if (stored.isEmpty() || stored.get().permission().isPresent()) {
            return stored.map(
                    s -> new PermittedUpdate(s.renewal().id(), s.permission().orElseThrow()));
        }
        throw stored.get().renewal().state() instanceof Renewal.Refused(_, var reason, var text)
                ? new ProtocolException(Problem.RA_REFUSED, reason, text)
                : new ProtocolException(
                        Problem.REQUEST_INVALID,
                        FailInfo.certConfirmed,
                        "the permission has ended: its certificate has been confirmed");
    }

    private PermissionOutcome permit(RegisteredRenewal renewal, Instant now) {
        if (renewal.kind() != RenewalKind.RE_KEY) {
            return keyIsKept();
        }
        try (ReKeyPermission fresh = fresh(renewal.id())) {
            return register.permit(renewal.id(), fresh, now)
                    .<PermissionOutcome>map(PermissionOutcome.Granted::new)
                    .orElseGet(() -> ended(renewal.id()));
        }
    }

    private PermissionOutcome ended(RenewalId id) {
        return register.underTransaction(id).orElseThrow().state()
                        instanceof Renewal.Refused(_, var reason, var text)
                ? new PermissionOutcome.Refused(reason, text)
                : refused(
                        Problem.KEY_NOT_ALLOWED,
                        FailInfo.duplicateCertReq,
                        "the renewal has its certificate already");
    }

    /// The reference is the renewal's own id as text; it needs no secrecy.
    private ReKeyPermission fresh(RenewalId id) {
        byte[] octets = new byte[SECRET_OCTETS];
        random.nextBytes(octets);
        try {
            return new ReKeyPermission(
                    id.toString().getBytes(StandardCharsets.US_ASCII),
                    Base64.getUrlEncoder().encode(octets));
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }

    private static PermissionOutcome keyIsKept() {
        return refused(
                Problem.KEY_NOT_ALLOWED,
                FailInfo.unacceptedPolicy,
                "a renewal keeps the key, so it must not be overwritten");
    }

    private static PermissionOutcome refused(Problem problem, FailInfo failInfo, String sentence) {
        return refused(Refusal.of(problem, failInfo, sentence));
    }

    private static PermissionOutcome refused(Refusal refusal) {
        return new PermissionOutcome.Refused(refusal.failInfo(), refusal.text());
    }
}
