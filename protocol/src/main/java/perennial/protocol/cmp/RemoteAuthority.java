// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.bouncycastle.asn1.cmp.InfoTypeAndValue;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIHeader;
import perennial.core.advice.Problem;
import perennial.core.authority.CertificationAuthority;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.FailInfo;
import perennial.core.authority.HolderDetails;
import perennial.core.authority.IssueOutcome;
import perennial.core.authority.RevocationOutcome;
import perennial.core.authority.RevocationRequest;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.core.renewal.RenewalId;
import perennial.protocol.cmp.ClientMessages.Answer;
import perennial.protocol.cmp.ClientMessages.Sender;
import perennial.protocol.cmp.CmpClient.Protection;
import perennial.protocol.http.MessageExchange;

/// An authority on another host, spoken to over CMP by a registration authority: first certificates
/// by cr, renewals by kur, both raVerified; revocation by rr; the status by a question of ours
/// (`docs/cmp.md`), so it is the authority's own knowledge of this moment.
///
/// The transactionID is the request's transaction: asked again after whatever broke, the authority
/// gives the same answer. Every method throws [ProtocolException] AUTHORITY_UNAVAILABLE when there
/// is no answer or it is about this registration authority and not about what it asked; then asking
/// again is always safe.
public final class RemoteAuthority implements CertificationAuthority {
    /// In an error message these are about what was asked for; all others are about us, or the
    /// moment.
    private static final Set<FailInfo> ABOUT_THE_REQUEST =
            EnumSet.of(
                    FailInfo.badAlg,
                    FailInfo.badCertId,
                    FailInfo.badCertTemplate,
                    FailInfo.badPOP,
                    FailInfo.certRevoked,
                    FailInfo.duplicateCertReq,
                    FailInfo.transactionIdInUse,
                    FailInfo.unacceptedPolicy);

    private static final Duration DEFAULT_CHECK_AFTER = Duration.ofMinutes(1);

    private final ClientMessages messages;
    private final Supplier<Credential> own;
    private final Certificate authority;
    private final SecureRandom random;

    /// @param exchange with the authority's endpoint; mutual TLS is its business
    /// @param own the registration authority's, asked for each time: it is renewed
    /// @param authority whose certificates these are; answers are believed that it has signed, or
    ///   somebody with id-kp-cmcCA whose chain ends in a trust anchor
    public RemoteAuthority(
            MessageExchange exchange,
            Supplier<Credential> own,
            Certificate authority,
            List<Certificate> trustAnchors,
            Clock clock,
            SecureRandom random) {
        this.messages =
                new ClientMessages(
                        exchange, AnswerTrust.ofAuthorities(trustAnchors), clock, random);
        this.own = own;
        this.authority = authority;
        this.random = random;
    }

    /// What a first certificate is to say of its holder beside the name does not travel: a request
    /// with such details is refused, instead of a certificate being issued without them.
    @Override
    public IssueOutcome issue(CertificationRequest request) {
        if (!request.details().equals(HolderDetails.NONE)) {
            return new IssueOutcome.Rejection(
                    FailInfo.badCertTemplate, "details of the holder are not sent over CMP");
        }
        RenewalId id = new RenewalId(request.transaction());
        RequestKind kind = request.replaces().isPresent() ? RequestKind.KUR : RequestKind.CR;
        messages.forget(id);
        Answer answer =
                ask(
                        id,
                        CertRequests.raVerified(kind, request),
                        List.of(
                                HeaderFields.implicitConfirm(),
                                HeaderFields.profile(request.profile())));
        if (answer.message() instanceof CmpMessage.Waiting) {
            // The response of status waiting does not say for how long; a poll does.
            answer = ask(id, CmpBodies.pollReq(), List.of());
        }
        IssueOutcome outcome = outcome(request, answer);
        if (outcome instanceof IssueOutcome.Accepted(Certificate fresh)
                && !HeaderFields.asksForImplicitConfirm(answer.header())) {
            confirm(id, fresh);
        }
        messages.forget(id);
        return outcome;
    }

    private static IssueOutcome outcome(CertificationRequest request, Answer answer) {
        return switch (answer.message()) {
            case CmpMessage.Kup(Certificate fresh) -> {
                if (!PublicKeys.same(fresh.publicKey(), request.key())
                        || !fresh.subject().equals(request.subject())) {
                    throw invalid("the certificate is of another key or subject");
                }
                yield new IssueOutcome.Accepted(fresh);
            }
            case CmpMessage.PollRep(Duration checkAfter) -> new IssueOutcome.Waiting(checkAfter);
            case CmpMessage.Waiting ignored -> new IssueOutcome.Waiting(DEFAULT_CHECK_AFTER);
            case CmpMessage.Refusal(FailInfo reason, String text) -> {
                checkAboutRequest(answer, reason, text);
                yield new IssueOutcome.Rejection(reason, text);
            }
            default -> throw invalid("not an answer to a certificate request");
        };
    }

    /// The certificate is ours to hand over: what the holder makes of it, the registration
    /// authority keeps and, if need be, revokes.
    private void confirm(RenewalId id, Certificate fresh) {
        Answer answer = ask(id, CmpBodies.certConf(CertHash.of(fresh)), List.of());
        boolean acknowledged =
                switch (answer.message()) {
                    case CmpMessage.PkiConf ignored -> true;
                    case CmpMessage.Refusal(FailInfo reason, var text) ->
                            reason == FailInfo.certConfirmed;
                    default -> false;
                };
        if (!acknowledged) {
            throw invalid("expected pkiConf in answer to a confirmation");
        }
    }

    @Override
    public RevocationOutcome revoke(RevocationRequest request) {
        Answer answer = once(Revocations.rr(request));
        return switch (answer.message()) {
            case CmpMessage.Rp ignored -> new RevocationOutcome.Done(status(request.certificate()));
            case CmpMessage.Refusal(FailInfo reason, String text) -> {
                checkAboutRequest(answer, reason, text);
                yield new RevocationOutcome.Refused(reason, text, status(request.certificate()));
            }
            default -> throw invalid("not an answer to a revocation request");
        };
    }

    @Override
    public CertStatus status(CertificateId certificate) {
        if (!certificate.issuer().equals(authority.subject())) {
            return new CertStatus.Unknown();
        }
        Answer answer = once(GeneralMessages.statusReq(certificate));
        return switch (answer.message()) {
            case CmpMessage.StatusRep(CertStatus status) -> status;
            case CmpMessage.Refusal(FailInfo reason, String text) ->
                    throw unavailable(reason, text);
            default -> throw invalid("not an answer to a question for the status");
        };
    }

    /// A transaction of one message.
    private Answer once(PKIBody body) {
        RenewalId id = RenewalId.random(random);
        Answer answer = ask(id, body, List.of());
        messages.forget(id);
        return answer;
    }

    private Answer ask(RenewalId id, PKIBody body, List<InfoTypeAndValue> info) {
        Credential credential = own.get();
        Sender sender =
                new Sender(
                        new Protection.BySignature(credential.signer(), credential.certificate()),
                        credential.certificate().subject(),
                        authority.subject(),
                        PKIHeader.CMP_2000);
        try {
            return messages.ask(id, sender, body, info);
        } catch (InvalidMessageException e) {
            throw new ProtocolException(
                    Problem.AUTHORITY_UNAVAILABLE,
                    e.failInfo(),
                    "the authority's answer is not believed: " + e.getMessage(),
                    e);
        } catch (ProtocolException e) {
            // The exchange speaks of a registration authority, which is what it talks to elsewhere.
            throw new ProtocolException(
                    Problem.AUTHORITY_UNAVAILABLE, e.failInfo(), String.valueOf(e.getMessage()), e);
        }
    }

    private static void checkAboutRequest(Answer answer, FailInfo reason, String text) {
        boolean ours =
                answer.isError()
                        ? !ABOUT_THE_REQUEST.contains(reason)
                        : reason == FailInfo.systemUnavail || reason == FailInfo.systemFailure;
        if (ours) {
            throw unavailable(reason, text);
        }
    }

    private static ProtocolException unavailable(FailInfo reason, String text) {
        return new ProtocolException(
                Problem.AUTHORITY_UNAVAILABLE,
                reason,
                "the authority answers %s: %s".formatted(reason, text));
    }

    private static ProtocolException invalid(String text) {
        return new ProtocolException(Problem.AUTHORITY_UNAVAILABLE, FailInfo.badDataFormat, text);
    }
}
