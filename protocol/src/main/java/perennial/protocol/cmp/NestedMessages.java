// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.cmp.NestedMessageContent;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIMessage;
import org.bouncycastle.asn1.cmp.PKIMessages;
import perennial.core.authority.FailInfo;

/// Messages inside a message (RFC 9810 5.1.3.4, RFC 9483 5.2.2): one that a registration authority
/// adds its protection to, or several in a batch.
final class NestedMessages {
    private static final int MAX_MESSAGES = 16;

    private NestedMessages() {}

    static boolean isNested(ReceivedMessage message) {
        return message.body().getType() == PKIBody.TYPE_NESTED;
    }

    /// 1 to 16 messages, none of them nested again.
    static List<ReceivedMessage> read(ReceivedMessage outer) {
        PKIMessage[] all =
                ReceivedMessage.decoded(
                        "nested message",
                        () ->
                                PKIMessages.getInstance(outer.body().getContent())
                                        .toPKIMessageArray());
        if (all.length < 1 || all.length > MAX_MESSAGES) {
            throw new InvalidMessageException(
                    FailInfo.badRequest, "expected 1 to 16 messages, got " + all.length);
        }
        List<ReceivedMessage> inner = new ArrayList<>();
        for (PKIMessage one : all) {
            ReceivedMessage message = ReceivedMessage.of(ReceivedMessage.der(one));
            if (isNested(message)) {
                throw new InvalidMessageException(
                        FailInfo.badRequest, "nested in a nested message");
            }
            inner.add(message);
        }
        return List.copyOf(inner);
    }

    /// Added protection speaks for the message of the same transaction and nonce only.
    static void checkAdded(ReceivedMessage outer, ReceivedMessage inner) {
        if (!outer.id().equals(inner.id())) {
            throw new InvalidMessageException(
                    FailInfo.badRequest, "transactionID is not that of the message inside");
        }
        if (!Arrays.equals(outer.senderNonce(), inner.senderNonce())) {
            throw new InvalidMessageException(
                    FailInfo.badSenderNonce, "senderNonce is not that of the message inside");
        }
    }

    /// In a batch each message is a transaction of its own.
    static void checkBatch(ReceivedMessage outer, List<ReceivedMessage> inner) {
        Set<Object> transactions = new HashSet<>();
        Set<List<Byte>> nonces = new HashSet<>();
        transactions.add(outer.id());
        nonces.add(octets(outer.senderNonce()));
        for (ReceivedMessage message : inner) {
            if (!transactions.add(message.id())) {
                throw new InvalidMessageException(
                        FailInfo.transactionIdInUse, "two messages have one transactionID");
            }
            if (!nonces.add(octets(message.senderNonce()))) {
                throw new InvalidMessageException(
                        FailInfo.badSenderNonce, "two messages have one senderNonce");
            }
        }
    }

    private static List<Byte> octets(byte[] nonce) {
        List<Byte> octets = new ArrayList<>();
        for (byte octet : nonce) {
            octets.add(octet);
        }
        return octets;
    }

    static PKIBody batch(List<byte[]> answers) {
        return new PKIBody(
                PKIBody.TYPE_NESTED,
                new NestedMessageContent(
                        answers.stream().map(PKIMessage::getInstance).toArray(PKIMessage[]::new)));
    }
}
