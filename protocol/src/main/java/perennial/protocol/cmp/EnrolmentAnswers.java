// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.cmp.InfoTypeAndValue;
import org.bouncycastle.asn1.cmp.PKIBody;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome;
import perennial.core.authority.ProofOfPossession;
import perennial.core.authority.RevocationOutcome;
import perennial.core.authority.RevocationRequest;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.protocol.cmp.ServerMessages.Reply;

/// An authority's answers to messages whose sender is known: enrolment, confirmation, polling,
/// revocation (RFC 9483 4.1, 4.2, 4.4) and support messages (4.3). Holds no state of its own.
final class EnrolmentAnswers {
    private final EnrolmentService service;
    private final SupportService support;
    private final SecureRandom random;

    EnrolmentAnswers(EnrolmentService service, SupportService support, SecureRandom random) {
        this.service = service;
        this.support = support;
        this.random = random;
    }

    /// A message, by whom it is protected, and the profile that its path names.
    private record Sent(
            ReceivedMessage message, Requester requester, Optional<String> pathProfile) {
        Optional<String> profile() {
            return HeaderFields.profile(message.header()).or(() -> pathProfile);
        }
    }

    /// @param pathProfile counts where the header names no profile
    Reply answer(ReceivedMessage message, Requester requester, Optional<String> pathProfile) {
        Sent sent = new Sent(message, requester, pathProfile);
        return switch (CmpBodies.read(message.body())) {
            case CmpMessage.Ir(var requested) -> enrol(sent, RequestKind.IR, requested);
            case CmpMessage.Cr(var requested) -> enrol(sent, RequestKind.CR, requested);
            case CmpMessage.P10cr(var requested) -> enrol(sent, RequestKind.P10CR, requested);
            case CmpMessage.Kur(var requested) -> enrol(sent, RequestKind.KUR, requested);
            case CmpMessage.CertConf certConf -> Reply.of(confirm(sent, certConf));
            case CmpMessage.PollReq ignored -> poll(sent);
            case CmpMessage.Rr(var revocation) -> Reply.of(revoke(sent, revocation));
            case CmpMessage.CaCertsReq ignored ->
                    Reply.of(GeneralMessages.caCertsRep(support.caCertificates()));
            case CmpMessage.RootUpdateReq(var root) ->
                    Reply.of(SupportMessages.rootUpdateRep(support.rootUpdate(root)));
            case CmpMessage.TemplateReq ignored ->
                    Reply.of(SupportMessages.templateRep(support.template(sent.profile())));
            case CmpMessage.CrlReq(var question, boolean single) ->
                    Reply.of(SupportMessages.crlRep(support.crl(question), single));
            case CmpMessage.StatusReq(var certificate) -> Reply.of(status(sent, certificate));
            default ->
                    throw new InvalidMessageException(
                            FailInfo.badRequest, "not a request to an authority");
        };
    }

    private Reply enrol(Sent sent, RequestKind kind, CmpMessage.Requested requested) {
        if (requested.proof() == ProofOfPossession.RA_VERIFIED
                && !(sent.requester() instanceof Requester.RegistrationAuthority)) {
            throw new InvalidMessageException(
                    FailInfo.badPOP, "raVerified is a registration authority's to say");
        }
        if (kind != RequestKind.KUR && requested.old().isPresent()) {
            throw new InvalidMessageException(
                    FailInfo.badRequest, "a certificate is updated by kur");
        }
        UpdateAnswers.checkVersion(sent.message(), requested);
        Enrolment enrolment =
                service.enrol(
                        new EnrolmentRequest(
                                sent.message().id(),
                                kind,
                                sent.requester(),
                                sent.profile(),
                                requested.subject(),
                                requested.key(),
                                requested.proof(),
                                requested.old(),
                                requested.notAfter(),
                                HeaderFields.asksForImplicitConfirm(sent.message().header())));
        return switch (enrolment.outcome()) {
            case IssueOutcome.Waiting ignored -> Reply.of(CmpBodies.repWaiting(kind));
            case IssueOutcome.Accepted(Certificate fresh) -> delivery(enrolment, fresh);
            case IssueOutcome.Rejection(FailInfo reason, String text) ->
                    Reply.of(CmpBodies.repRefused(kind, reason, text));
        };
    }

    private Reply poll(Sent sent) {
        Enrolment enrolment = begun(sent);
        return switch (enrolment.outcome()) {
            case IssueOutcome.Waiting(Duration retryAfter) ->
                    Reply.of(CmpBodies.pollRep(enrolment.kind(), retryAfter));
            case IssueOutcome.Accepted(Certificate fresh) -> delivery(enrolment, fresh);
            case IssueOutcome.Rejection(FailInfo reason, String text) ->
                    Reply.of(CmpBodies.repRefused(enrolment.kind(), reason, text));
        };
    }

    private Reply delivery(Enrolment enrolment, Certificate fresh) {
        PKIBody body =
                enrolment.proof() == ProofOfPossession.ENCRYPTED_CERTIFICATE
                        ? CmpBodies.encryptedRep(
                                enrolment.kind(), EncryptedCertificate.of(fresh, random))
                        : CmpBodies.rep(enrolment.kind(), fresh);
        List<InfoTypeAndValue> info = new ArrayList<>();
        switch (enrolment.ending()) {
            case IMPLICITLY_CONFIRMED -> info.add(HeaderFields.implicitConfirm());
            case OPEN -> info.add(HeaderFields.confirmWaitTime(enrolment.confirmBy()));
            case CONFIRMED, REJECTED -> {}
        }
        return new Reply(body, info);
    }

    private PKIBody confirm(Sent sent, CmpMessage.CertConf certConf) {
        Enrolment enrolment = begun(sent);
        if (!(enrolment.outcome() instanceof IssueOutcome.Accepted(Certificate fresh))) {
            throw new InvalidMessageException(
                    FailInfo.badRequest, "there is no certificate to be confirmed");
        }
        CertHash.check(sent.message(), certConf, fresh, enrolment.kind());
        Enrolment.Ending said =
                certConf.accepted() ? Enrolment.Ending.CONFIRMED : Enrolment.Ending.REJECTED;
        if (enrolment.ending() != said) {
            end(sent, certConf, enrolment.ending());
        }
        return CmpBodies.pkiConf();
    }

    private void end(Sent sent, CmpMessage.CertConf certConf, Enrolment.Ending before) {
        boolean open = before == Enrolment.Ending.OPEN;
        if (open && certConf.accepted()) {
            service.confirm(sent.message().id(), sent.requester());
        } else if (open) {
            service.reject(sent.message().id(), sent.requester(), certConf.text());
        } else if (!certConf.accepted() || before == Enrolment.Ending.REJECTED) {
            throw new InvalidMessageException(
                    FailInfo.certConfirmed, "it has been said before what becomes of it");
        }
    }

    private PKIBody revoke(Sent sent, RevocationRequest asked) {
        RevocationOutcome outcome =
                isUnderSecret(sent.requester())
                        ? new RevocationOutcome.Refused(
                                FailInfo.wrongIntegrity,
                                "rr takes a signature",
                                new CertStatus.Unknown())
                        : service.revoke(asked, sent.requester());
        return Revocations.rp(outcome);
    }

    private static boolean isUnderSecret(Requester requester) {
        return switch (requester) {
            case Requester.Enrolee ignored -> true;
            case Requester.Approved(var inner, var by) -> isUnderSecret(inner);
            case Requester.Holder ignored -> false;
            case Requester.RegistrationAuthority ignored -> false;
        };
    }

    /// For registration authorities: everybody else has OCSP.
    private PKIBody status(Sent sent, CertificateId certificate) {
        if (!(sent.requester() instanceof Requester.RegistrationAuthority)) {
            throw new InvalidMessageException(
                    FailInfo.notAuthorized, "the status is told by OCSP and CRL");
        }
        return GeneralMessages.statusRep(support.status(certificate));
    }

    private Enrolment begun(Sent sent) {
        return service.enrolment(sent.message().id(), sent.requester())
                .orElseThrow(() ->
                        new InvalidMessageException(
                                FailInfo.badRequest,
                                "the sender has begun nothing under this transactionID"));
    }
}
