// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import static perennial.protocol.cmp.ServerMessages.reply;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.cmp.PKIHeader;
import org.bouncycastle.asn1.x509.GeneralName;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.Certificate;
import perennial.protocol.cmp.ServerMessages.Reply;
import perennial.protocol.http.BytesHandler;

/// A certification authority's end of CMP (RFC 9483): who speaks, and what protects the answer. Who
/// may have what is the [EnrolmentService]'s to say. Safe for use by many threads; holds no state
/// of its own.
///
/// To be mounted at `/.well-known/cmp`, with a body of at most [#MAX_OCTETS].
public final class AuthorityEndpoint implements BytesHandler {
    /// No message may be longer.
    public static final int MAX_OCTETS = ReceivedMessage.MAX_OCTETS;

    /// The path segments of RFC 9811 3.4: a profile after `/p/`, then an operation's label, which
    /// the message itself says better.
    private static final Pattern PATH =
            Pattern.compile("(?:/p/([a-z][a-z0-9-]{0,31}))?(?:/[a-z0-9]{1,32})?/?");

    private final EnrolmentService service;
    private final EnrolmentAnswers answers;
    private final ServerMessages messages;

    /// @param own what answers are signed with, asked for each time; with the extended key usage
    ///   id-kp-cmcCA (RFC 9810 4.5), or the authority's own
    public AuthorityEndpoint(
            EnrolmentService service,
            SupportService support,
            Supplier<Credential> own,
            Clock clock,
            SecureRandom random) {
        this.service = service;
        this.answers = new EnrolmentAnswers(service, support, random);
        this.messages = new ServerMessages(own, clock, random);
    }

    @Override
    public Answer handle(Request request) {
        Matcher path = PATH.matcher(request.path());
        if (!path.matches()) {
            return new Answer(404, "text/plain", Map.of(), new byte[0]);
        }
        Optional<String> profile = Optional.ofNullable(path.group(1));
        return ServerMessages.http(request, octets -> answer(octets, profile));
    }

    /// Answers one PKIMessage with one PKIMessage, whatever the request is. A message under a
    /// secret is answered under the same, every other one signed.
    ///
    /// @param profile that the path names
    public byte[] answer(byte[] request, Optional<String> profile) {
        try {
            ReceivedMessage message = ReceivedMessage.of(request);
            return NestedMessages.isNested(message)
                    ? nested(message, profile)
                    : answer(message, profile, Optional.empty());
        } catch (InvalidMessageException e) {
            return messages.signed(
                    ReceivedMessage.headerOf(request), Reply.of(ServerMessages.error(e)));
        }
    }

    private byte[] nested(ReceivedMessage outer, Optional<String> profile) {
        Optional<PKIHeader> header = Optional.of(outer.header());
        try {
            messages.checkTime(outer.header());
            if (MacProtection.protects(outer)) {
                throw new InvalidMessageException(
                        FailInfo.wrongIntegrity, "a nested message takes a signature");
            }
            if (!(signer(outer) instanceof Requester.RegistrationAuthority(Certificate ra))) {
                throw new InvalidMessageException(
                        FailInfo.notAuthorized, "only a registration authority forwards messages");
            }
            List<ReceivedMessage> inner = NestedMessages.read(outer);
            if (inner.size() == 1) {
                NestedMessages.checkAdded(outer, inner.getFirst());
                return answer(inner.getFirst(), profile, Optional.of(ra));
            }
            NestedMessages.checkBatch(outer, inner);
            List<byte[]> each =
                    inner.stream().map(one -> answer(one, profile, Optional.empty())).toList();
            return messages.signed(header, Reply.of(NestedMessages.batch(each)));
        } catch (InvalidMessageException | ProtocolException e) {
            return messages.signed(header, Reply.of(ServerMessages.error(e)));
        } catch (RuntimeException e) {
            return messages.signed(header, Reply.of(ServerMessages.internal(e)));
        }
    }

    /// @param approvedBy the registration authority that added its protection
    private byte[] answer(
            ReceivedMessage message, Optional<String> profile, Optional<Certificate> approvedBy) {
        Optional<PKIHeader> header = Optional.of(message.header());
        try {
            messages.checkTime(message.header());
            if (MacProtection.protects(message)) {
                try (SharedSecret secret = secret(message)) {
                    Requester enrolee = Requester.Enrolee.of(secret.reference());
                    Reply reply = said(message, enrolee, profile, approvedBy);
                    return messages.underSecret(message, reply, secret);
                }
            }
            return messages.signed(header, said(message, signer(message), profile, approvedBy));
        } catch (InvalidMessageException | ProtocolException e) {
            return messages.signed(header, Reply.of(ServerMessages.error(e)));
        } catch (RuntimeException e) {
            return messages.signed(header, Reply.of(ServerMessages.internal(e)));
        }
    }

    private Reply said(
            ReceivedMessage message,
            Requester requester,
            Optional<String> profile,
            Optional<Certificate> approvedBy) {
        Requester asking =
                approvedBy
                        .<Requester>map(ra -> new Requester.Approved(requester, ra))
                        .orElse(requester);
        return reply(() -> answers.answer(message, asking, profile));
    }

    private SharedSecret secret(ReceivedMessage message) {
        ASN1OctetString reference = message.header().getSenderKID();
        SharedSecret secret =
                Optional.ofNullable(reference)
                        .flatMap(kid -> service.secret(kid.getOctets()))
                        .orElseThrow(() ->
                                new InvalidMessageException(
                                        FailInfo.signerNotTrusted, "no secret has this reference"));
        try {
            MacProtection.verify(message, secret);
            return secret;
        } catch (InvalidMessageException e) {
            secret.close();
            throw e;
        }
    }

    /// The sender that the header names has to be the one whose key signed (RFC 9483 3.1).
    private Requester signer(ReceivedMessage message) {
        record Known(Certificate certificate, Requester requester) {}
        Known known =
                MessageProtection.verifiedAs(
                        message,
                        certificate ->
                                Optional.of(certificate)
                                        .filter(MessageProtection::maySign)
                                        .flatMap(service::requester)
                                        .map(requester -> new Known(certificate, requester)));
        GeneralName sender = message.header().getSender();
        GeneralName subject = new GeneralName(CertRequests.name(known.certificate().subject()));
        if (!sender.equals(subject)) {
            throw new InvalidMessageException(
                    FailInfo.badMessageCheck, "the sender is not the subject of its certificate");
        }
        return known.requester();
    }
}
