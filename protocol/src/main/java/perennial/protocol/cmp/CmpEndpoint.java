// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import static perennial.protocol.cmp.ServerMessages.reply;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.cmp.PKIHeader;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.Certificate;
import perennial.protocol.cmp.ServerMessages.Reply;
import perennial.protocol.http.BytesHandler;

/// The server's end of CMP: who speaks, and what protects the answer; what is said comes from an
/// [UpdateService] through [UpdateAnswers]. Safe for use by many threads; holds no state of its
/// own.
public final class CmpEndpoint implements BytesHandler {
    /// How far a request's messageTime may be from now.
    public static final Duration TIME_TOLERANCE = ServerMessages.TIME_TOLERANCE;

    private final UpdateService service;
    private final UpdateAnswers updates;
    private final ServerMessages messages;
    private final List<Certificate> trusted;

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
        this.messages = new ServerMessages(() -> ra, clock, random);
        this.trusted = List.copyOf(trusted);
    }

    @Override
    public Answer handle(Request request) {
        return ServerMessages.http(request, this::answer);
    }

    /// Answers one PKIMessage with one PKIMessage, whatever the request is. A message under a
    /// permission is answered under the same (RFC 9483 4.1.5), every other one signed.
    public byte[] answer(byte[] request) {
        ReceivedMessage message;
        try {
            message = ReceivedMessage.of(request);
        } catch (InvalidMessageException e) {
            return messages.signed(
                    ReceivedMessage.headerOf(request), Reply.of(ServerMessages.error(e)));
        }
        Optional<PKIHeader> header = Optional.of(message.header());
        try {
            messages.checkTime(message.header());
            if (MacProtection.protects(message)) {
                try (PermittedUpdate update = permitted(message)) {
                    Reply reply =
                            reply(() -> Reply.of(updates.answerPermitted(message, update.id())));
                    return messages.underSecret(
                            message, reply, SharedSecret.of(update.permission()));
                }
            }
            Certificate holder = MessageProtection.verified(message, this::trusts);
            return messages.signed(
                    header, reply(() -> Reply.of(updates.answerSigned(message, holder))));
        } catch (InvalidMessageException | ProtocolException e) {
            return messages.signed(header, Reply.of(ServerMessages.error(e)));
        } catch (RuntimeException e) {
            return messages.signed(header, Reply.of(ServerMessages.internal(e)));
        }
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
            MacProtection.verify(message, SharedSecret.of(update.permission()));
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
}
