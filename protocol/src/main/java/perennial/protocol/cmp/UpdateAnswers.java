// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIHeader;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome;
import perennial.core.authority.ProofOfPossession;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.core.renewal.PermissionOutcome;
import perennial.core.renewal.RenewalId;

/// Answers to messages whose sender is known: key updates, their confirmation and polling (RFC 9483
/// 4.1.3, 4.4), the same under a permission (4.1.5), and general messages (4.3). Holds no state of
/// its own.
///
/// Implicit confirmation is never granted, because only a certConf says that the certificate is on
/// the card.
final class UpdateAnswers {
    private final UpdateService service;
    private final List<Certificate> authorities;
    private final SecureRandom random;

    /// @param authorities told to whoever asks for the authorities' certificates
    UpdateAnswers(UpdateService service, List<Certificate> authorities, SecureRandom random) {
        this.service = service;
        this.authorities = List.copyOf(authorities);
        this.random = random;
    }

    /// @param holder whose key signed the message
    PKIBody answerSigned(ReceivedMessage message, Certificate holder) {
        return switch (CmpBodies.read(message.body())) {
            case CmpMessage.Kur(var requested) -> kur(message, requested, holder);
            case CmpMessage.Ir ignored ->
                    throw new InvalidMessageException(
                            FailInfo.notAuthorized, "an ir is accepted under a permission only");
            case CmpMessage.CertConf certConf -> confirm(message, message.id(), certConf, holder);
            case CmpMessage.PollReq ignored -> poll(message.id(), holder, RequestKind.KUR);
            case CmpMessage.TermsReq(var certificates) ->
                    GeneralMessages.termsRep(service.terms(certificates, holder));
            case CmpMessage.PermissionReq(var old) -> permission(message.id(), old, holder);
            case CmpMessage.CaCertsReq ignored -> GeneralMessages.caCertsRep(authorities);
            default -> throw notARequest();
        };
    }

    /// @param message protected by the secret of a permission
    /// @param id the update that the permission was given for
    PKIBody answerPermitted(ReceivedMessage message, RenewalId id) {
        return switch (CmpBodies.read(message.body())) {
            case CmpMessage.Ir(var requested) -> ir(message, id, requested);
            case CmpMessage.CertConf certConf -> confirm(message, id, certConf, old(id));
            case CmpMessage.PollReq ignored -> poll(id, old(id), RequestKind.IR);
            default ->
                    throw new InvalidMessageException(
                            FailInfo.notAuthorized,
                            "a permission is for ir, its confirmation and polling");
        };
    }

    private PKIBody permission(RenewalId id, CertificateId old, Certificate holder) {
        PermissionOutcome outcome = service.permission(id, old, holder);
        try {
            return GeneralMessages.permissionRep(outcome);
        } finally {
            if (outcome instanceof PermissionOutcome.Granted(var permission)) {
                permission.close();
            }
        }
    }

    private PKIBody kur(
            ReceivedMessage message, CmpMessage.Requested requested, Certificate holder) {
        CertificateId old = requested.old().orElse(holder.id());
        if (service.old(message.id()).filter(begun -> !begun.id().equals(old)).isPresent()) {
            throw transactionIdInUse();
        }
        boolean encrypted = requested.proof() == ProofOfPossession.ENCRYPTED_CERTIFICATE;
        if (encrypted && PublicKeys.same(requested.key(), holder.publicKey())) {
            throw signingKeySigns();
        }
        checkVersion(message, requested);
        return update(request(message.id(), requested, old, holder), RequestKind.KUR);
    }

    /// The old key is gone: its certificate only says for whom the permission was given.
    private PKIBody ir(ReceivedMessage message, RenewalId id, CmpMessage.Requested requested) {
        Certificate permitted = old(id);
        CertificateId old = requested.old().orElse(permitted.id());
        if (!permitted.id().equals(old)) {
            throw new InvalidMessageException(
                    FailInfo.notAuthorized, "the permission is for another certificate");
        }
        checkVersion(message, requested);
        return update(request(id, requested, old, permitted), RequestKind.IR);
    }

    private static UpdateRequest request(
            RenewalId id, CmpMessage.Requested requested, CertificateId old, Certificate holder) {
        if (requested.proof() == ProofOfPossession.RA_VERIFIED) {
            throw new InvalidMessageException(
                    FailInfo.badPOP, "raVerified is a registration authority's to say");
        }
        if (!requested.subject().equals(holder.subject())) {
            throw new InvalidMessageException(
                    FailInfo.notAuthorized, "the subject asked for is not the holder's");
        }
        return new UpdateRequest(
                id, old, requested.subject(), requested.key(), requested.proof(), holder);
    }

    static void checkVersion(ReceivedMessage message, CmpMessage.Requested requested) {
        if (requested.proof() == ProofOfPossession.ENCRYPTED_CERTIFICATE
                && !message.header().getPvno().hasValue(PKIHeader.CMP_2021)) {
            throw new InvalidMessageException(
                    FailInfo.unsupportedVersion, "an encrypted certificate takes pvno 3");
        }
    }

    private PKIBody update(UpdateRequest request, RequestKind kind) {
        boolean encrypted = request.proof() == ProofOfPossession.ENCRYPTED_CERTIFICATE;
        IssueOutcome outcome = service.update(request);
        return switch (outcome) {
            case IssueOutcome.Accepted(Certificate fresh) -> {
                if (!PublicKeys.same(fresh.publicKey(), request.key())) {
                    throw transactionIdInUse();
                }
                if (encrypted && MessageProtection.maySign(fresh)) {
                    service.reject(request.id(), "possession of a signing key was not proven");
                    throw signingKeySigns();
                }
                yield delivery(kind, fresh, encrypted);
            }
            case IssueOutcome.Waiting ignored -> CmpBodies.repWaiting(kind);
            case IssueOutcome.Rejection(FailInfo reason, String text) ->
                    CmpBodies.repRefused(kind, reason, text);
        };
    }

    /// The request is no longer at hand here, so a certificate whose key must not sign always goes
    /// out encrypted.
    private PKIBody poll(RenewalId id, Certificate holder, RequestKind kind) {
        return switch (outcome(id, holder)) {
            case IssueOutcome.Accepted(Certificate fresh) ->
                    delivery(kind, fresh, !MessageProtection.maySign(fresh));
            case IssueOutcome.Waiting(Duration retryAfter) -> CmpBodies.pollRep(kind, retryAfter);
            case IssueOutcome.Rejection(FailInfo reason, String text) ->
                    CmpBodies.repRefused(kind, reason, text);
        };
    }

    private PKIBody confirm(
            ReceivedMessage message,
            RenewalId id,
            CmpMessage.CertConf certConf,
            Certificate holder) {
        if (!(outcome(id, holder) instanceof IssueOutcome.Accepted(Certificate fresh))) {
            throw new InvalidMessageException(
                    FailInfo.badRequest, "there is no certificate to be confirmed");
        }
        CertHash.check(message, certConf, fresh, RequestKind.KUR);
        if (certConf.accepted()) {
            service.confirm(id);
        } else {
            service.reject(id, certConf.text());
        }
        return CmpBodies.pkiConf();
    }

    /// How the holder's own update stands.
    private IssueOutcome outcome(RenewalId id, Certificate holder) {
        // The old certificate, its renewed one and the holder's other ones have one subject.
        if (!old(id).subject().equals(holder.subject())) {
            throw new InvalidMessageException(
                    FailInfo.notAuthorized, "the update belongs to another holder");
        }
        return service.outcome(id).orElseThrow(UpdateAnswers::noSuchUpdate);
    }

    private Certificate old(RenewalId id) {
        return service.old(id).orElseThrow(UpdateAnswers::noSuchUpdate);
    }

    private PKIBody delivery(RequestKind kind, Certificate fresh, boolean encrypted) {
        return encrypted
                ? CmpBodies.encryptedRep(kind, EncryptedCertificate.of(fresh, random))
                : CmpBodies.rep(kind, fresh);
    }

    static InvalidMessageException signingKeySigns() {
        return new InvalidMessageException(
                FailInfo.badPOP, "a key that may sign proves its possession by signing");
    }

    private static InvalidMessageException noSuchUpdate() {
        return new InvalidMessageException(FailInfo.badRequest, "no update has this transactionID");
    }

    private static InvalidMessageException transactionIdInUse() {
        return new InvalidMessageException(
                FailInfo.transactionIdInUse, "this transactionID belongs to another update");
    }

    private static InvalidMessageException notARequest() {
        return new InvalidMessageException(FailInfo.badRequest, "not a request");
    }
}
