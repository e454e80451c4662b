// SPDX-License-Identifier: Apache-2.0
package perennial.agent.hipki;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import perennial.agent.json.Json;
import perennial.agent.tools.CardTools.Shown;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.DigestAlgorithm;
import perennial.protocol.cms.SignedFile;
import perennial.protocol.cms.SignedMessage;

/// `sign` and `umakeSig`: a signature over what a page gives.
final class Signatures {
    private final Tokens tokens;
    private final CardWork work;
    private final Clock clock;

    Signatures(Tokens tokens, CardWork work, Clock clock) {
        this.tokens = tokens;
        this.work = work;
        this.clock = clock;
    }

    private enum Type {
        /// The signature value over the data.
        PKCS1,
        /// SignedData with the data inside.
        PKCS7,
        /// The signature value over a digest that the page made, whose length says which.
        RAW
    }

    /// What is to be signed.
    ///
    /// @param data a digest for RAW
    private record Order(Type type, DigestAlgorithm digest, byte[] data) {}

    Prepared prepare(TbsPackage asked, boolean nested) {
        Order order = order(asked);
        Shown shown = tokens.chosen(asked);
        Optional<String> key = asked.text("keyidb64");
        boolean checksValidity = asked.truth("checkValidity");
        SignedMessage.Attributes attributes =
                new SignedMessage.Attributes(
                        asked.truth("withSigningTime")
                                ? Optional.of(clock.instant())
                                : Optional.empty(),
                        asked.text("nonce").map(text -> text.getBytes(StandardCharsets.UTF_8)),
                        asked.truth("withCardSN") ? Optional.of(shown.card()) : Optional.empty());
        return Prepared.about(
                shown,
                preview(order, asked),
                held ->
                        work.behindPin(
                                shown,
                                held,
                                session -> {
                                    KeySlot slot = CardWork.signing(session, key);
                                    Certificate certificate = CardWork.certificate(session, slot);
                                    if (checksValidity) {
                                        requireValid(certificate);
                                    }
                                    byte[] signature =
                                            signature(
                                                    session, slot, certificate, order, attributes);
                                    return reply(nested, signature, certificate, shown);
                                }));
    }

    private static String preview(Order order, TbsPackage asked) {
        return isBase64(asked) || order.type() == Type.RAW
                ? ""
                : new String(order.data(), StandardCharsets.UTF_8);
    }

    private static boolean isBase64(TbsPackage asked) {
        return asked.text("tbsEncoding").filter("base64"::equalsIgnoreCase).isPresent();
    }

    private static Order order(TbsPackage asked) {
        Type type = type(asked.text("signatureType").orElse(Type.PKCS1.name()));
        String tbs =
                asked.text("tbs")
                        .orElseThrow(() ->
                                new RefusedException(RetCode.DATA_MISSING, "nothing to sign"));
        if (type == Type.RAW) {
            byte[] digest = TbsPackage.decoded(tbs);
            return new Order(
                    type,
                    DigestAlgorithm.ofLength(digest.length)
                            .orElseThrow(() ->
                                    new RefusedException(
                                            RetCode.SIGNATURE_CONTENT,
                                            "a digest of %d octets".formatted(digest.length))),
                    digest);
        }
        byte[] data =
                isBase64(asked) ? TbsPackage.decoded(tbs) : tbs.getBytes(StandardCharsets.UTF_8);
        return new Order(type, CardWork.digest(asked), data);
    }

    private static Type type(String name) {
        return switch (name.toUpperCase(Locale.ROOT)) {
            case "PKCS1" -> Type.PKCS1;
            case "PKCS7" -> Type.PKCS7;
            case "RAW" -> Type.RAW;
            default -> throw new RefusedException(RetCode.SIGNATURE_TYPE, "no such signature");
        };
    }

    private void requireValid(Certificate certificate) {
        Instant now = clock.instant();
        if (!certificate.validity().contains(now)) {
            boolean early = now.isBefore(certificate.validity().notBefore());
            throw new RefusedException(
                    early ? RetCode.NOT_YET_VALID : RetCode.EXPIRED, "not valid now");
        }
    }

    private static byte[] signature(
            CardSession session,
            KeySlot slot,
            Certificate certificate,
            Order order,
            SignedMessage.Attributes attributes) {
        return switch (order.type()) {
            case PKCS1 ->
                    session.digestSigner(slot)
                            .signDigest(order.digest(), order.digest().digest(order.data()));
            case RAW -> session.digestSigner(slot).signDigest(order.digest(), order.data());
            case PKCS7 ->
                    SignedMessage.sign(
                            session.digestSigner(slot),
                            certificate,
                            order.digest(),
                            SignedFile.Form.ATTACHED,
                            order.data(),
                            attributes);
        };
    }

    private static Json.Members reply(
            boolean nested, byte[] signature, Certificate certificate, Shown shown) {
        Json.Members reply = Replies.done(nested ? "umakeSig" : "sign");
        Json.Members target = nested ? new Json.Members() : reply;
        target.with("signature", Base64.getEncoder().encodeToString(signature))
                .with("certb64", Base64.getEncoder().encodeToString(certificate.der()))
                .with("cardSN", shown.card().value());
        if (nested) {
            reply.with("data", target);
        }
        return reply.with("version", Replies.VERSION).with("serverVersion", Replies.VERSION);
    }
}
