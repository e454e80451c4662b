// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIHeader;
import org.bouncycastle.asn1.cmp.PKIHeaderBuilder;
import org.bouncycastle.asn1.x509.GeneralName;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome;
import perennial.core.authority.ProofOfPossession;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.core.renewal.RenewalId;
import perennial.protocol.http.BytesHandler;
import perennial.protocol.http.HttpExchange;

/// The server's end of CMP: key updates, their confirmation and polling (RFC 9483 4.1.3, 4.4),
/// answered from an [UpdateService]. Safe for use by many threads; holds no state of its own.
///
/// Implicit confirmation is never granted, because only a certConf says that the certificate is on
/// the card.
public final class CmpEndpoint implements BytesHandler {
    /// How far a request's messageTime may be from now.
    public static final Duration TIME_TOLERANCE = Duration.ofMinutes(5);

    private static final System.Logger LOG = System.getLogger(CmpEndpoint.class.getName());

    private final UpdateService service;
    private final Credential ra;
    private final List<Certificate> trusted;
    private final Clock clock;
    private final SecureRandom random;

    /// @param ra what answers are signed with
    /// @param trusted the authorities whose certificates may protect a request; they share one name
    ///   space, so that one subject is one holder
    public CmpEndpoint(
            UpdateService service,
            Credential ra,
            List<Certificate> trusted,
            Clock clock,
            SecureRandom random) {
        this.service = service;
        this.ra = ra;
        this.trusted = List.copyOf(trusted);
        this.clock = clock;
        this.random = random;
    }

    @Override
    public Answer handle(Request request) {
        if (!request.method().equals("POST")) {
            return new Answer(405, "text/plain", Map.of("Allow", "POST"), new byte[0]);
        }
        return new Answer(
                200,
                HttpExchange.CONTENT_TYPE,
                Map.of("Cache-Control", "no-store"),
                answer(request.body()));
    }

    /// Answers one PKIMessage with one PKIMessage, whatever the request is.
    public byte[] answer(byte[] request) {
        Optional<PKIHeader> header = Optional.empty();
        PKIBody body;
        try {
            header = ReceivedMessage.headerOf(request);
            body = answer(ReceivedMessage.of(request));
        } catch (InvalidMessageException e) {
            body = CmpBodies.error(e.failInfo(), String.valueOf(e.getMessage()));
        } catch (ProtocolException e) {
            body = CmpBodies.error(e.failInfo(), String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            // The thread's edge: whatever broke is ours, and the other side learns no more.
            LOG.log(System.Logger.Level.ERROR, "answering a CMP message failed", e);
            body = CmpBodies.error(FailInfo.systemFailure, "internal error");
        }
        return protectedAnswer(header, body);
    }

    private PKIBody answer(ReceivedMessage message) {
        checkTime(message.header());
        Certificate holder = MessageProtection.verified(message, this::trusts);
        return switch (CmpBodies.read(message.body())) {
            case CmpMessage.Kur kur -> update(message, kur, holder);
            case CmpMessage.CertConf certConf -> confirm(message, certConf, holder);
            case CmpMessage.PollReq ignored -> poll(message.id(), holder);
            case CmpMessage.Kup ignored -> throw notARequest();
            case CmpMessage.EncryptedKup ignored -> throw notARequest();
            case CmpMessage.Waiting ignored -> throw notARequest();
            case CmpMessage.Refusal ignored -> throw notARequest();
            case CmpMessage.PkiConf ignored -> throw notARequest();
            case CmpMessage.PollRep ignored -> throw notARequest();
        };
    }

    private PKIBody update(ReceivedMessage message, CmpMessage.Kur kur, Certificate holder) {
        if (!kur.subject().equals(holder.subject())) {
            throw new InvalidMessageException(
                    FailInfo.notAuthorized, "the subject asked for is not the signer's");
        }
        boolean encrypted = kur.proof() == ProofOfPossession.ENCRYPTED_CERTIFICATE;
        if (encrypted && !message.header().getPvno().hasValue(PKIHeader.CMP_2021)) {
            throw new InvalidMessageException(
                    FailInfo.unsupportedVersion, "an encrypted certificate takes pvno 3");
        }
        if (encrypted && PublicKeys.same(kur.key(), holder.publicKey())) {
            throw new InvalidMessageException(
                    FailInfo.badPOP, "a key that may sign proves its possession by signing");
        }
        CertificateId old = kur.old().orElse(holder.id());
        if (service.old(message.id()).filter(begun -> !begun.id().equals(old)).isPresent()) {
            throw transactionIdInUse();
        }
        IssueOutcome outcome =
                service.update(
                        new UpdateRequest(
                                message.id(), old, kur.subject(), kur.key(), kur.proof(), holder));
        return switch (outcome) {
            case IssueOutcome.Accepted(Certificate fresh) -> {
                if (!PublicKeys.same(fresh.publicKey(), kur.key())) {
                    throw transactionIdInUse();
                }
                if (encrypted && MessageProtection.maySign(fresh)) {
                    service.reject(message.id(), "possession of a signing key was not proven");
                    throw new InvalidMessageException(
                            FailInfo.badPOP,
                            "a key that may sign proves its possession by signing");
                }
                yield delivery(fresh, encrypted);
            }
            case IssueOutcome.Waiting ignored -> CmpBodies.kupWaiting();
            case IssueOutcome.Rejection(FailInfo reason, String text) ->
                    CmpBodies.kupRefused(reason, text);
        };
    }

    /// The request is no longer at hand here, so a certificate whose key must not sign always goes
    /// out encrypted.
    private PKIBody poll(RenewalId id, Certificate holder) {
        return switch (outcome(id, holder)) {
            case IssueOutcome.Accepted(Certificate fresh) ->
                    delivery(fresh, !MessageProtection.maySign(fresh));
            case IssueOutcome.Waiting(Duration retryAfter) -> CmpBodies.pollRep(retryAfter);
            case IssueOutcome.Rejection(FailInfo reason, String text) ->
                    CmpBodies.kupRefused(reason, text);
        };
    }

    private PKIBody confirm(
            ReceivedMessage message, CmpMessage.CertConf certConf, Certificate holder) {
        if (!(outcome(message.id(), holder) instanceof IssueOutcome.Accepted(Certificate fresh))) {
            throw new InvalidMessageException(
                    FailInfo.badRequest, "there is no certificate to be confirmed");
        }
        if (certConf.hashName().isPresent()
                && !message.header().getPvno().hasValue(PKIHeader.CMP_2021)) {
            throw new InvalidMessageException(FailInfo.badRequest, "hashAlg takes pvno 3");
        }
        byte[] expected =
                certConf.hashName()
                        .map(name -> CertHash.of(fresh, name))
                        .orElseGet(() -> CertHash.of(fresh));
        if (certConf.certHash()
                .filter(hash -> !MessageDigest.isEqual(hash, expected))
                .isPresent()) {
            throw new InvalidMessageException(
                    FailInfo.badCertId, "certHash is not of the certificate issued");
        }
        if (certConf.accepted()) {
            service.confirm(message.id());
        } else {
            service.reject(message.id(), certConf.text());
        }
        return CmpBodies.pkiConf();
    }

    /// How the holder's own update stands.
    private IssueOutcome outcome(RenewalId id, Certificate holder) {
        Certificate old =
                service.old(id)
                        .orElseThrow(() ->
                                new InvalidMessageException(
                                        FailInfo.badRequest, "no update has this transactionID"));
        // The old certificate, its renewed one and the holder's other ones have one subject.
        if (!old.subject().equals(holder.subject())) {
            throw new InvalidMessageException(
                    FailInfo.notAuthorized, "the update belongs to another holder");
        }
        return service.outcome(id)
                .orElseThrow(() ->
                        new InvalidMessageException(
                                FailInfo.badRequest, "no update has this transactionID"));
    }

    private PKIBody delivery(Certificate fresh, boolean encrypted) {
        return encrypted
                ? CmpBodies.encryptedKup(EncryptedCertificate.of(fresh, random))
                : CmpBodies.kup(fresh);
    }

    private boolean trusts(Certificate certificate) {
        return MessageProtection.maySign(certificate)
                && trusted.stream().anyMatch(ca -> hasIssued(ca, certificate));
    }

    private static boolean hasIssued(Certificate ca, Certificate certificate) {
        if (!ca.subject().equals(certificate.id().issuer())) {
            return false;
        }
        try {
            certificate.x509().verify(ca.publicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private void checkTime(PKIHeader header) {
        if (header.getMessageTime() == null) {
            return;
        }
        Instant sent =
                ReceivedMessage.decoded(
                        "messageTime", () -> MessageTime.read(header.getMessageTime()));
        if (Duration.between(sent, clock.instant()).abs().compareTo(TIME_TOLERANCE) > 0) {
            throw new InvalidMessageException(
                    FailInfo.badTime, "messageTime is more than 5 minutes away from now");
        }
    }

    private byte[] protectedAnswer(Optional<PKIHeader> request, PKIBody body) {
        byte[] nonce = new byte[ReceivedMessage.NONCE_OCTETS];
        random.nextBytes(nonce);
        int pvno =
                request.filter(header -> header.getPvno().hasValue(PKIHeader.CMP_2021)).isPresent()
                        ? PKIHeader.CMP_2021
                        : PKIHeader.CMP_2000;
        PKIHeaderBuilder header =
                new PKIHeaderBuilder(
                                pvno,
                                new GeneralName(CertRequests.name(ra.certificate().subject())),
                                request.map(PKIHeader::getSender).orElse(PKIHeader.NULL_NAME))
                        .setMessageTime(MessageTime.of(clock.instant()))
                        .setSenderNonce(nonce);
        request.map(PKIHeader::getTransactionID).ifPresent(header::setTransactionID);
        request.map(PKIHeader::getSenderNonce).ifPresent(header::setRecipNonce);
        List<Certificate> certificates = new ArrayList<>();
        certificates.add(ra.certificate());
        certificates.addAll(ra.chain());
        return MessageProtection.protect(header, body, ra.signer(), certificates);
    }

    private static InvalidMessageException transactionIdInUse() {
        return new InvalidMessageException(
                FailInfo.transactionIdInUse, "this transactionID belongs to another update");
    }

    private static InvalidMessageException notARequest() {
        return new InvalidMessageException(FailInfo.badRequest, "not a request");
    }
}
