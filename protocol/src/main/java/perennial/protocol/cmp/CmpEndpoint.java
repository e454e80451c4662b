// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIHeader;
import org.bouncycastle.asn1.cmp.PKIHeaderBuilder;
import org.bouncycastle.asn1.x509.GeneralName;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.Certificate;
import perennial.protocol.http.BytesHandler;
import perennial.protocol.http.HttpExchange;

/// The server's end of CMP: who speaks, and what protects the answer; what is said comes from an
/// [UpdateService] through [UpdateAnswers]. Safe for use by many threads; holds no state of its
/// own.
public final class CmpEndpoint implements BytesHandler {
    /// How far a request's messageTime may be from now.
    public static final Duration TIME_TOLERANCE = Duration.ofMinutes(5);

    private static final System.Logger LOG = System.getLogger(CmpEndpoint.class.getName());

    private final UpdateService service;
    private final UpdateAnswers updates;
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
        this.updates = new UpdateAnswers(service, trusted, random);
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

    /// Answers one PKIMessage with one PKIMessage, whatever the request is. A message under a
    /// permission is answered under the same (RFC 9483 4.1.5), every other one signed.
    public byte[] answer(byte[] request) {
        ReceivedMessage message;
        try {
            message = ReceivedMessage.of(request);
        } catch (InvalidMessageException e) {
            return signed(
                    ReceivedMessage.headerOf(request),
                    CmpBodies.error(e.failInfo(), String.valueOf(e.getMessage())));
        }
        Optional<PKIHeader> header = Optional.of(message.header());
        try {
            checkTime(message.header());
            if (MacProtection.protects(message)) {
                try (PermittedUpdate update = permitted(message)) {
                    PKIBody body = body(() -> updates.answerPermitted(message, update.id()));
                    return MacProtection.protectAnswer(
                            answerHeader(header), body, update.permission(), message, random);
                }
            }
            Certificate holder = MessageProtection.verified(message, this::trusts);
            return signed(header, body(() -> updates.answerSigned(message, holder)));
        } catch (InvalidMessageException | ProtocolException e) {
            return signed(header, error(e));
        } catch (RuntimeException e) {
            return signed(header, internal(e));
        }
    }

    /// What is said, also when it is an error: by whom the message came is known here.
    private PKIBody body(Supplier<PKIBody> answer) {
        try {
            return answer.get();
        } catch (InvalidMessageException | ProtocolException e) {
            return error(e);
        } catch (RuntimeException e) {
            return internal(e);
        }
    }

    private static PKIBody error(RuntimeException e) {
        FailInfo failInfo =
                switch (e) {
                    case InvalidMessageException invalid -> invalid.failInfo();
                    case ProtocolException failed -> failed.failInfo();
                    default -> FailInfo.systemFailure;
                };
        return CmpBodies.error(failInfo, String.valueOf(e.getMessage()));
    }

    /// The thread's edge: whatever broke is ours, and the other side learns no more.
    private static PKIBody internal(RuntimeException e) {
        LOG.log(System.Logger.Level.ERROR, "answering a CMP message failed", e);
        return CmpBodies.error(FailInfo.systemFailure, "internal error");
    }

    /// The update whose permission protects the message.
    private PermittedUpdate permitted(ReceivedMessage message) {
        ASN1OctetString reference = message.header().getSenderKID();
        PermittedUpdate update =
                Optional.ofNullable(reference)
                        .flatMap(kid -> service.permitted(message.id(), kid.getOctets()))
                        .orElseThrow(() ->
                                new InvalidMessageException(
                                        FailInfo.signerNotTrusted,
                                        "no permission has this reference and transactionID"));
        try {
            MacProtection.verify(message, update.permission());
            return update;
        } catch (InvalidMessageException e) {
            update.close();
            throw e;
        }
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

    private byte[] signed(Optional<PKIHeader> request, PKIBody body) {
        List<Certificate> certificates = new ArrayList<>();
        certificates.add(ra.certificate());
        certificates.addAll(ra.chain());
        return MessageProtection.protect(answerHeader(request), body, ra.signer(), certificates);
    }

    private PKIHeaderBuilder answerHeader(Optional<PKIHeader> request) {
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
        return header;
    }
}
