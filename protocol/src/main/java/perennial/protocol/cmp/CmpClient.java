// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIHeader;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.core.crypto.Decipherer;
import perennial.core.crypto.Signer;
import perennial.core.renewal.PermissionOutcome;
import perennial.core.renewal.ReKeyPermission;
import perennial.core.renewal.RenewalId;
import perennial.core.renewal.RenewalTerms;
import perennial.protocol.cmp.ClientMessages.Sender;
import perennial.protocol.http.MessageExchange;

/// The end entity's end of CMP: asks for a key update, polls for it and confirms it (RFC 9483
/// 4.1.3, 4.4), or, where the key could only be replaced in place, for a certificate under a
/// permission (4.1.5). Safe for use by many threads; every method may be called again after it
/// failed, also by another client in another process.
public final class CmpClient {
    /// @param old the certificate to be updated
    /// @param key the key to certify
    /// @param protection of the messages
    public record Update(Certificate old, PossessionKey key, Protection protection) {}

    /// What shows that messages come from the holder.
    public sealed interface Protection {
        /// A signature (RFC 9483 3.2).
        ///
        /// @param signer signs the messages
        /// @param certificate of that key: the old one, or, where the old one's key must not sign,
        ///   another of the same subject
        record BySignature(Signer signer, Certificate certificate) implements Protection {}

        /// The secret of a permission (RFC 9483 4.1.5), for the messages of the one renewal that it
        /// was given for; it stays the caller's to close.
        record ByPermission(ReKeyPermission permission) implements Protection {}
    }

    /// The key to certify, by the way in which its possession is shown.
    public sealed interface PossessionKey {
        /// It may sign, and signs the request (RFC 4211 4.1).
        record Signing(Signer signer) implements PossessionKey {
            @Override
            public PublicKey publicKey() {
                return signer.publicKey();
            }
        }

        /// It must not sign; the certificate comes encrypted for it (RFC 4211 4.2, 4.3,
        /// subsequentMessage encrCert).
        record Enciphering(Decipherer decipherer) implements PossessionKey {
            @Override
            public PublicKey publicKey() {
                return decipherer.publicKey();
            }
        }

        PublicKey publicKey();
    }

    private static final Duration DEFAULT_CHECK_AFTER = Duration.ofMinutes(1);

    /// Not answers to a question but about the moment; asking again is right.
    private static final Set<FailInfo> PASSING =
            EnumSet.of(FailInfo.systemUnavail, FailInfo.systemFailure, FailInfo.timeNotAvailable);

    private final ClientMessages messages;
    private final SecureRandom random;

    /// @param trustAnchors where the chain of whoever signs the answers must end
    public CmpClient(
            MessageExchange exchange,
            List<Certificate> trustAnchors,
            Clock clock,
            SecureRandom random) {
        this.messages =
                new ClientMessages(exchange, AnswerTrust.ofServices(trustAnchors), clock, random);
        this.random = random;
    }

    /// Asks for the update: by kur where a signature protects it, by ir under a permission.
    ///
    /// @return what the authority says; the certificate has the key asked for and the subject of
    ///   the old one, and is not yet confirmed
    /// @throws ProtocolException when there is no answer or it is not to be believed
    public IssueOutcome update(RenewalId id, Update update) {
        messages.forget(id);
        PKIBody request =
                switch (update.protection()) {
                    case Protection.BySignature ignored ->
                            CertRequests.kur(update.old(), update.key());
                    case Protection.ByPermission ignored ->
                            CertRequests.ir(update.old(), update.key());
                };
        CmpMessage answer = exchange(id, sender(update), request);
        // The response of status waiting does not say for how long; a poll does (RFC 9483 4.4).
        return answer instanceof CmpMessage.Waiting ? poll(id, update) : outcome(update, answer);
    }

    /// Asks how an update stands that was answered with waiting.
    ///
    /// @throws ProtocolException as for [#update]
    public IssueOutcome poll(RenewalId id, Update update) {
        return outcome(update, exchange(id, sender(update), CmpBodies.pollReq()));
    }

    /// Asks which certificate has been issued for an update, whatever its key: for whoever finds a
    /// card in the middle of a re-key and cannot read the new key's public half. The caller lets
    /// the card prove that it has the key.
    ///
    /// @return what the authority says; the certificate has the subject of the old one
    /// @throws ProtocolException as for [#update], and where the certificate comes encrypted
    public IssueOutcome issued(RenewalId id, Certificate old, Protection protection) {
        Sender sender =
                new Sender(protection, old.subject(), old.id().issuer(), PKIHeader.CMP_2000);
        CmpMessage answer = exchange(id, sender, CmpBodies.pollReq());
        try {
            return answer instanceof CmpMessage.Kup(Certificate fresh)
                    ? new IssueOutcome.Accepted(ofSubject(fresh, old))
                    : unissued(answer);
        } catch (InvalidMessageException e) {
            throw invalid(e);
        }
    }

    /// Confirms that the certificate is installed; repeating it does no harm. Under a permission it
    /// may have ended with the confirmation before: the authority then says so, signed, and that is
    /// an acknowledgement.
    ///
    /// @throws ProtocolException when the confirmation is not acknowledged
    public void confirm(RenewalId id, Certificate fresh, Protection protection) {
        Sender sender =
                new Sender(protection, fresh.subject(), fresh.id().issuer(), PKIHeader.CMP_2000);
        switch (exchange(id, sender, CmpBodies.certConf(CertHash.of(fresh)))) {
            case CmpMessage.PkiConf ignored -> messages.forget(id);
            case CmpMessage.Refusal(FailInfo reason, String text) -> {
                if (reason != FailInfo.certConfirmed) {
                    throw new ProtocolException(
                            Problem.RA_REFUSED, reason, "confirmation refused: " + text);
                }
                messages.forget(id);
            }
            default ->
                    throw invalid(
                            FailInfo.badRequest, "expected pkiConf in answer to a confirmation");
        }
    }

    /// Asks what is wanted for these certificates, before anything begins (`docs/cmp.md`).
    ///
    /// @param certificates 1 to 16 of one holder
    /// @param protection by a signature of that holder: a permission speaks for one renewal only
    /// @return one answer per certificate, in order; [RenewalTerms#SAME_KEY] for each where the
    ///   server does not know the question
    /// @throws ProtocolException when there is no answer, it is not to be believed, or the
    ///   authority cannot answer at the moment
    public List<RenewalTerms> terms(List<Certificate> certificates, Protection protection) {
        Protection.BySignature signature = signature(protection);
        List<CertificateId> ids = certificates.stream().map(Certificate::id).toList();
        RenewalId id = RenewalId.random(random);
        CmpMessage answer = exchange(id, sender(signature), GeneralMessages.termsReq(ids));
        messages.forget(id);
        return switch (answer) {
            case CmpMessage.TermsRep(var terms) when terms.size() == ids.size() -> terms;
            case CmpMessage.UnknownRep ignored -> sameKey(ids.size());
            case CmpMessage.Refusal(FailInfo reason, String text) -> {
                if (PASSING.contains(reason)) {
                    throw new ProtocolException(Problem.AUTHORITY_UNAVAILABLE, reason, text);
                }
                yield sameKey(ids.size());
            }
            default ->
                    throw invalid(
                            FailInfo.badDataFormat,
                            "expected the terms of %d certificates".formatted(ids.size()));
        };
    }

    /// Asks, signed by the old key, for permission to overwrite it; the same answer again for the
    /// same id.
    ///
    /// The secret is inside the answer, which is signed but not encrypted: the exchange has to run
    /// over TLS.
    ///
    /// @param id the renewal that the permission is for
    /// @throws ProtocolException when there is no answer or it is not to be believed
    public PermissionOutcome permission(
            RenewalId id, Certificate old, Protection.BySignature protection) {
        messages.forget(id);
        return switch (exchange(id, sender(protection), GeneralMessages.permissionReq(old.id()))) {
            case CmpMessage.PermissionRep(PermissionOutcome outcome) -> outcome;
            case CmpMessage.UnknownRep ignored ->
                    new PermissionOutcome.Refused(
                            FailInfo.badRequest, "the authority does not know the question");
            case CmpMessage.Refusal(FailInfo reason, String text) ->
                    new PermissionOutcome.Refused(reason, text);
            default ->
                    throw invalid(FailInfo.badDataFormat, "expected an answer about a permission");
        };
    }

    private static List<RenewalTerms> sameKey(int certificates) {
        return Collections.nCopies(certificates, RenewalTerms.SAME_KEY);
    }

    private static Protection.BySignature signature(Protection protection) {
        return switch (protection) {
            case Protection.BySignature signature -> signature;
            case Protection.ByPermission ignored ->
                    throw new IllegalArgumentException("a permission speaks for one renewal only");
        };
    }

    private static Sender sender(Protection.BySignature protection) {
        return new Sender(
                protection,
                protection.certificate().subject(),
                protection.certificate().id().issuer(),
                PKIHeader.CMP_2000);
    }

    private static Sender sender(Update update) {
        // Only EnvelopedData needs version 3; version 2 is what every other server speaks.
        int pvno =
                switch (update.key()) {
                    case PossessionKey.Signing ignored -> PKIHeader.CMP_2000;
                    case PossessionKey.Enciphering ignored -> PKIHeader.CMP_2021;
                };
        return new Sender(
                update.protection(), update.old().subject(), update.old().id().issuer(), pvno);
    }

    private CmpMessage exchange(RenewalId id, Sender sender, PKIBody body) {
        try {
            return messages.ask(id, sender, body, List.of()).message();
        } catch (InvalidMessageException e) {
            throw invalid(e);
        }
    }

    private IssueOutcome outcome(Update update, CmpMessage answer) {
        try {
            return switch (answer) {
                case CmpMessage.Kup(Certificate fresh) -> accepted(update, fresh);
                case CmpMessage.EncryptedKup(var enveloped) ->
                        switch (update.key()) {
                            case PossessionKey.Enciphering(Decipherer decipherer) ->
                                    accepted(
                                            update,
                                            EncryptedCertificate.decrypted(enveloped, decipherer));
                            case PossessionKey.Signing ignored ->
                                    throw new InvalidMessageException(
                                            FailInfo.badDataFormat,
                                            "an encrypted certificate was not asked for");
                        };
                default -> unissued(answer);
            };
        } catch (InvalidMessageException e) {
            throw invalid(e);
        }
    }

    private static IssueOutcome unissued(CmpMessage answer) {
        return switch (answer) {
            case CmpMessage.Waiting ignored -> new IssueOutcome.Waiting(DEFAULT_CHECK_AFTER);
            case CmpMessage.PollRep(Duration checkAfter) -> new IssueOutcome.Waiting(checkAfter);
            case CmpMessage.Refusal(FailInfo reason, String text) ->
                    new IssueOutcome.Rejection(reason, text);
            default -> throw notAnAnswer();
        };
    }

    private static Certificate ofSubject(Certificate fresh, Certificate old) {
        if (!fresh.subject().equals(old.subject())) {
            throw new InvalidMessageException(
                    FailInfo.badCertTemplate, "the certificate is of another subject");
        }
        return fresh;
    }

    private static IssueOutcome accepted(Update update, Certificate fresh) {
        if (!PublicKeys.same(fresh.publicKey(), update.key().publicKey())) {
            throw new InvalidMessageException(
                    FailInfo.badCertTemplate, "the certificate is of another key");
        }
        return new IssueOutcome.Accepted(ofSubject(fresh, update.old()));
    }

    private static InvalidMessageException notAnAnswer() {
        return new InvalidMessageException(
                FailInfo.badRequest, "not an answer to a certificate request");
    }

    private static ProtocolException invalid(InvalidMessageException e) {
        return new ProtocolException(
                Problem.RA_ANSWER_INVALID, e.failInfo(), String.valueOf(e.getMessage()), e);
    }

    private static ProtocolException invalid(FailInfo failInfo, String message) {
        return new ProtocolException(Problem.RA_ANSWER_INVALID, failInfo, message);
    }
}
