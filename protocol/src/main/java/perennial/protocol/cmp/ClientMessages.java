// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.cmp.InfoTypeAndValue;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIHeader;
import org.bouncycastle.asn1.cmp.PKIHeaderBuilder;
import org.bouncycastle.asn1.x509.GeneralName;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.Signer;
import perennial.core.renewal.ReKeyPermission;
import perennial.core.renewal.RenewalId;
import perennial.protocol.cmp.CmpClient.Protection;
import perennial.protocol.http.MessageExchange;

/// What every client's end of CMP does alike: sends a message and believes the answer, or not. Safe
/// for use by many threads.
final class ClientMessages {
    private final MessageExchange exchange;
    private final AnswerTrust trust;
    private final Clock clock;
    private final SecureRandom random;

    /// The server's last nonce of each transaction begun here (RFC 9810 5.1.1); a transaction that
    /// another process began goes on without.
    private final Map<RenewalId, ASN1OctetString> serverNonces = new ConcurrentHashMap<>();

    ClientMessages(MessageExchange exchange, AnswerTrust trust, Clock clock, SecureRandom random) {
        this.exchange = exchange;
        this.trust = trust;
        this.clock = clock;
        this.random = random;
    }

    /// Who sends a message, to whom and in which version.
    record Sender(Protection protection, X500Principal name, X500Principal issuer, int pvno) {}

    /// An answer that is believed.
    record Answer(CmpMessage message, PKIHeader header, int type) {
        /// Whether the whole message is an error, and not a response that says no.
        boolean isError() {
            return type == PKIBody.TYPE_ERROR;
        }
    }

    /// The next message of this transaction begins or follows none.
    void forget(RenewalId id) {
        serverNonces.remove(id);
    }

    /// @param info for the header
    /// @throws ProtocolException when there is no answer
    /// @throws InvalidMessageException when it is not to be believed
    Answer ask(RenewalId id, Sender sender, PKIBody body, List<InfoTypeAndValue> info) {
        byte[] nonce = new byte[ReceivedMessage.NONCE_OCTETS];
        random.nextBytes(nonce);
        // No messageTime: it is optional, and a wrong clock at the holder's must not refuse a
        // renewal. The nonces show that the answer is fresh.
        PKIHeaderBuilder header =
                new PKIHeaderBuilder(
                                sender.pvno(),
                                new GeneralName(CertRequests.name(sender.name())),
                                new GeneralName(CertRequests.name(sender.issuer())))
                        .setTransactionID(id.octets())
                        .setSenderNonce(nonce);
        ASN1OctetString serverNonce = serverNonces.get(id);
        if (serverNonce != null) {
            header.setRecipNonce(serverNonce);
        }
        if (!info.isEmpty()) {
            header.setGeneralInfo(info.toArray(InfoTypeAndValue[]::new));
        }
        byte[] request =
                switch (sender.protection()) {
                    case Protection.BySignature(Signer signer, Certificate certificate) ->
                            MessageProtection.protect(header, body, signer, List.of(certificate));
                    case Protection.ByPermission(ReKeyPermission permission) ->
                            MacProtection.protect(
                                    header, body, SharedSecret.of(permission), random);
                };
        return believed(ReceivedMessage.of(exchange.exchange(request)), id, nonce, sender);
    }

    private Answer believed(ReceivedMessage answer, RenewalId id, byte[] nonce, Sender sender) {
        // Where the secret is gone or wrong, the server can only sign what it says.
        if (sender.protection() instanceof Protection.ByPermission(ReKeyPermission permission)
                && MacProtection.protects(answer)) {
            MacProtection.verify(answer, SharedSecret.of(permission));
        } else {
            MessageProtection.verified(
                    answer,
                    signer ->
                            trust.trusts(
                                    signer, answer.extraCerts(), sender.issuer(), clock.instant()));
        }
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
        return new Answer(message, answer.header(), answer.body().getType());
    }
}
