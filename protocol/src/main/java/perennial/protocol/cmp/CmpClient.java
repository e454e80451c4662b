// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIHeader;
import org.bouncycastle.asn1.cmp.PKIHeaderBuilder;
import org.bouncycastle.asn1.x509.GeneralName;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.Decipherer;
import perennial.core.crypto.Signer;
import perennial.core.renewal.RenewalId;
import perennial.protocol.http.MessageExchange;

/// The end entity's end of CMP: asks for a key update, polls for it and confirms it (RFC 9483
/// 4.1.3, 4.4). Safe for use by many threads; every method may be called again after it failed,
/// also by another client in another process.
public final class CmpClient {
    /// @param old the certificate to be updated
    /// @param key the key to certify
    /// @param protection signs the messages
    /// @param protectionCertificate the certificate of that key: the old one, or, where the old
    ///   one's key must not sign, another of the same subject
    public record Update(
            Certificate old,
            PossessionKey key,
            Signer protection,
            Certificate protectionCertificate) {}

    /// The key to certify, by the way in which its possession is shown.
    public sealed interface PossessionKey {
        /// It may sign, and signs the request (RFC 4211 4.1).
        record Signing(Signer signer) implements PossessionKey {}

        /// It must not sign; the certificate comes encrypted for it (RFC 4211 4.2, 4.3,
        /// subsequentMessage encrCert).
        record Enciphering(Decipherer decipherer) implements PossessionKey {}
    }

    private static final Duration DEFAULT_CHECK_AFTER = Duration.ofMinutes(1);

    private final MessageExchange exchange;
    private final AnswerTrust trust;
    private final Clock clock;
    private final SecureRandom random;

    /// The server's last nonce of each transaction begun here (RFC 9810 5.1.1); a transaction that
    /// another process began goes on without.
    private final Map<RenewalId, ASN1OctetString> serverNonces = new ConcurrentHashMap<>();

    /// @param trustAnchors where the chain of whoever signs the answers must end
    public CmpClient(
            MessageExchange exchange,
            List<Certificate> trustAnchors,
            Clock clock,
            SecureRandom random) {
        this.exchange = exchange;
        this.trust = new AnswerTrust(trustAnchors);
        this.clock = clock;
        this.random = random;
    }

    /// Asks for the update.
    ///
    /// @return what the authority says; the certificate has the key asked for and the subject of
    ///   the old one, and is not yet confirmed
    /// @throws ProtocolException when there is no answer or it is not to be believed
    public IssueOutcome update(RenewalId id, Update update) {
        serverNonces.remove(id);
        PKIBody kur = CertRequests.kur(update.old(), update.key());
        CmpMessage answer = exchange(id, update, kur);
        // The response of status waiting does not say for how long; a poll does (RFC 9483 4.4).
        return answer instanceof CmpMessage.Waiting ? poll(id, update) : outcome(update, answer);
    }

    /// Asks how an update stands that was answered with waiting.
    ///
    /// @throws ProtocolException as for [#update]
    public IssueOutcome poll(RenewalId id, Update update) {
        return outcome(update, exchange(id, update, CmpBodies.pollReq()));
    }

    /// Confirms that the certificate is installed; repeating it does no harm.
    ///
    /// @throws ProtocolException when the confirmation is not acknowledged
    public void confirm(
            RenewalId id, Certificate fresh, Signer protection, Certificate protectionCertificate) {
        Sender sender =
                new Sender(
                        protection, protectionCertificate, PKIHeader.CMP_2000, fresh.id().issuer());
        switch (exchange(id, sender, CmpBodies.certConf(CertHash.of(fresh)))) {
            case CmpMessage.PkiConf ignored -> serverNonces.remove(id);
            case CmpMessage.Refusal(FailInfo reason, String text) ->
                    throw new ProtocolException(
                            Problem.RA_REFUSED, reason, "confirmation refused: " + text);
            default ->
                    throw invalid(
                            FailInfo.badRequest, "expected pkiConf in answer to a confirmation");
        }
    }

    private record Sender(Signer signer, Certificate certificate, int pvno, X500Principal issuer) {}

    private CmpMessage exchange(RenewalId id, Update update, PKIBody body) {
        // Only EnvelopedData needs version 3; version 2 is what every other server speaks.
        int pvno =
                switch (update.key()) {
                    case PossessionKey.Signing ignored -> PKIHeader.CMP_2000;
                    case PossessionKey.Enciphering ignored -> PKIHeader.CMP_2021;
                };
        return exchange(
                id,
                new Sender(
                        update.protection(),
                        update.protectionCertificate(),
                        pvno,
                        update.old().id().issuer()),
                body);
    }

    private CmpMessage exchange(RenewalId id, Sender sender, PKIBody body) {
        byte[] nonce = new byte[ReceivedMessage.NONCE_OCTETS];
        random.nextBytes(nonce);
        // No messageTime: it is optional, and a wrong clock at the holder's must not refuse a
        // renewal. The nonces show that the answer is fresh.
        PKIHeaderBuilder header =
                new PKIHeaderBuilder(
                                sender.pvno(),
                                new GeneralName(CertRequests.name(sender.certificate().subject())),
                                new GeneralName(CertRequests.name(sender.issuer())))
                        .setTransactionID(id.octets())
                        .setSenderNonce(nonce);
        ASN1OctetString serverNonce = serverNonces.get(id);
        if (serverNonce != null) {
            header.setRecipNonce(serverNonce);
        }
        byte[] request =
                MessageProtection.protect(
                        header, body, sender.signer(), List.of(sender.certificate()));
        byte[] answer = exchange.exchange(request);
        try {
            return believed(ReceivedMessage.of(answer), id, nonce, sender.issuer());
        } catch (InvalidMessageException e) {
            throw invalid(e);
        }
    }

    private CmpMessage believed(
            ReceivedMessage answer, RenewalId id, byte[] nonce, X500Principal issuer) {
        MessageProtection.verified(
                answer,
                signer -> trust.trusts(signer, answer.extraCerts(), issuer, clock.instant()));
        if (!answer.id().equals(id)) {
            throw new InvalidMessageException(
                    FailInfo.badRequest, "the answer belongs to another transaction");
        }
        ASN1OctetString recipNonce = answer.header().getRecipNonce();
        if (recipNonce == null || !Arrays.equals(recipNonce.getOctets(), nonce)) {
            throw new InvalidMessageException(
                    FailInfo.badRecipientNonce, "the answer is to another message");
        }
        CmpMessage message = CmpBodies.read(answer.body());
        serverNonces.put(id, answer.header().getSenderNonce());
        return message;
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
                case CmpMessage.Waiting ignored -> new IssueOutcome.Waiting(DEFAULT_CHECK_AFTER);
                case CmpMessage.PollRep(Duration checkAfter) ->
                        new IssueOutcome.Waiting(checkAfter);
                case CmpMessage.Refusal(FailInfo reason, String text) ->
                        new IssueOutcome.Rejection(reason, text);
                case CmpMessage.Kur ignored -> throw notAnAnswer();
                case CmpMessage.CertConf ignored -> throw notAnAnswer();
                case CmpMessage.PkiConf ignored -> throw notAnAnswer();
                case CmpMessage.PollReq ignored -> throw notAnAnswer();
            };
        } catch (InvalidMessageException e) {
            throw invalid(e);
        }
    }

    private static IssueOutcome accepted(Update update, Certificate fresh) {
        PublicKey requested =
                switch (update.key()) {
                    case PossessionKey.Signing(Signer signer) -> signer.publicKey();
                    case PossessionKey.Enciphering(Decipherer decipherer) -> decipherer.publicKey();
                };
        if (!PublicKeys.same(fresh.publicKey(), requested)) {
            throw new InvalidMessageException(
                    FailInfo.badCertTemplate, "the certificate is of another key");
        }
        if (!fresh.subject().equals(update.old().subject())) {
            throw new InvalidMessageException(
                    FailInfo.badCertTemplate, "the certificate is of another subject");
        }
        return new IssueOutcome.Accepted(fresh);
    }

    private static InvalidMessageException notAnAnswer() {
        return new InvalidMessageException(
                FailInfo.badRequest, "not an answer to a key update request");
    }

    private static ProtocolException invalid(InvalidMessageException e) {
        return new ProtocolException(
                Problem.RA_ANSWER_INVALID, e.failInfo(), String.valueOf(e.getMessage()), e);
    }

    private static ProtocolException invalid(FailInfo failInfo, String message) {
        return new ProtocolException(Problem.RA_ANSWER_INVALID, failInfo, message);
    }
}
