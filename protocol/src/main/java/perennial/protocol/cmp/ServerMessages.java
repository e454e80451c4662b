// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bouncycastle.asn1.cmp.InfoTypeAndValue;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIHeader;
import org.bouncycastle.asn1.cmp.PKIHeaderBuilder;
import org.bouncycastle.asn1.x509.GeneralName;
import perennial.core.advice.Explained;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.Certificate;
import perennial.protocol.http.BytesHandler;
import perennial.protocol.http.HttpExchange;

/// What every server's end of CMP does alike: headers of answers, their protection, errors, and the
/// way over HTTP.
final class ServerMessages {
    /// How far a request's messageTime may be from now.
    static final Duration TIME_TOLERANCE = Duration.ofMinutes(5);

    private static final System.Logger LOG = System.getLogger(ServerMessages.class.getName());

    private static final Set<Problem> PASSING =
            EnumSet.of(Problem.DATABASE_UNAVAILABLE, Problem.AUTHORITY_UNAVAILABLE);

    private final Supplier<Credential> own;
    private final Clock clock;
    private final SecureRandom random;

    /// @param own what answers are signed with, asked for each time: it is renewed
    ServerMessages(Supplier<Credential> own, Clock clock, SecureRandom random) {
        this.own = own;
        this.clock = clock;
        this.random = random;
    }

    /// The body of an answer and what its header says besides.
    record Reply(PKIBody body, List<InfoTypeAndValue> generalInfo) {
        Reply {
            generalInfo = List.copyOf(generalInfo);
        }

        static Reply of(PKIBody body) {
            return new Reply(body, List.of());
        }
    }

    /// A PKIMessage in an HTTP answer; only POST carries one (RFC 9811 3.1).
    static BytesHandler.Answer http(BytesHandler.Request request, Function<byte[], byte[]> answer) {
        if (!request.method().equals("POST")) {
            return new BytesHandler.Answer(405, "text/plain", Map.of("Allow", "POST"), new byte[0]);
        }
        return new BytesHandler.Answer(
                200,
                HttpExchange.CONTENT_TYPE,
                Map.of("Cache-Control", "no-store"),
                answer.apply(request.body()));
    }

    void checkTime(PKIHeader header) {
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

    /// What is said, also when it is an error: by whom the message came is known here.
    static Reply reply(Supplier<Reply> answer) {
        try {
            return answer.get();
        } catch (InvalidMessageException | ProtocolException e) {
            return Reply.of(error(e));
        } catch (RuntimeException e) {
            return Reply.of(internal(e));
        }
    }

    static PKIBody error(RuntimeException e) {
        FailInfo failInfo =
                switch (e) {
                    case InvalidMessageException invalid -> invalid.failInfo();
                    case ProtocolException failed -> failed.failInfo();
                    default -> FailInfo.systemFailure;
                };
        return CmpBodies.error(failInfo, String.valueOf(e.getMessage()));
    }

    /// The thread's edge: whatever broke is ours, and the other side learns no more than whether
    /// asking again makes sense.
    static PKIBody internal(RuntimeException e) {
        LOG.log(System.Logger.Level.ERROR, "answering a CMP message failed", e);
        return e instanceof Explained explained && PASSING.contains(explained.problem())
                ? CmpBodies.error(FailInfo.systemUnavail, "try again later")
                : CmpBodies.error(FailInfo.systemFailure, "internal error");
    }

    byte[] signed(Optional<PKIHeader> request, Reply reply) {
        Credential credential = own.get();
        List<Certificate> certificates = new ArrayList<>();
        certificates.add(credential.certificate());
        certificates.addAll(credential.chain());
        return MessageProtection.protect(
                header(request, reply, credential),
                reply.body(),
                credential.signer(),
                certificates);
    }

    /// Protected by the secret and the algorithm of the request.
    byte[] underSecret(ReceivedMessage request, Reply reply, SharedSecret secret) {
        return MacProtection.protectAnswer(
                header(Optional.of(request.header()), reply, own.get()),
                reply.body(),
                secret,
                request,
                random);
    }

    private PKIHeaderBuilder header(
            Optional<PKIHeader> request, Reply reply, Credential credential) {
        byte[] nonce = new byte[ReceivedMessage.NONCE_OCTETS];
        random.nextBytes(nonce);
        int pvno =
                request.filter(header -> header.getPvno().hasValue(PKIHeader.CMP_2021)).isPresent()
                        ? PKIHeader.CMP_2021
                        : PKIHeader.CMP_2000;
        PKIHeaderBuilder header =
                new PKIHeaderBuilder(
                                pvno,
                                new GeneralName(
                                        CertRequests.name(credential.certificate().subject())),
                                request.map(PKIHeader::getSender).orElse(PKIHeader.NULL_NAME))
                        .setMessageTime(MessageTime.of(clock.instant()))
                        .setSenderNonce(nonce);
        request.map(PKIHeader::getTransactionID).ifPresent(header::setTransactionID);
        request.map(PKIHeader::getSenderNonce).ifPresent(header::setRecipNonce);
        if (!reply.generalInfo().isEmpty()) {
            header.setGeneralInfo(reply.generalInfo().toArray(InfoTypeAndValue[]::new));
        }
        return header;
    }
}
