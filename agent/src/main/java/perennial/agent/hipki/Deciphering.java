// SPDX-License-Identifier: Apache-2.0
package perennial.agent.hipki;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import perennial.agent.json.Json;
import perennial.agent.tools.CardTools.Shown;
import perennial.agent.tools.RsaTransport;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.core.certificate.Certificate;
import perennial.protocol.cms.EncipheredFile;

/// `decrypt`: what was enciphered for the card, by RSAES-PKCS1-v1_5 or as EnvelopedData.
final class Deciphering {
    private final Tokens tokens;
    private final CardWork work;
    private final SecureRandom random;

    Deciphering(Tokens tokens, CardWork work, SecureRandom random) {
        this.tokens = tokens;
        this.work = work;
        this.random = random;
    }

    Prepared prepare(TbsPackage asked) {
        byte[] cipher =
                asked.octets("cipher")
                        .orElseThrow(() ->
                                new RefusedException(
                                        RetCode.CIPHER_MISSING, "nothing to decipher"));
        boolean enveloped =
                switch (asked.text("cipherType").orElse("PKCS7").toUpperCase(Locale.ROOT)) {
                    case "PKCS7" -> true;
                    case "PKCS1" -> false;
                    default ->
                            throw new RefusedException(RetCode.DECRYPTION_TYPE, "no such cipher");
                };
        boolean base64 = asked.text("plainEncoding").filter("base64"::equalsIgnoreCase).isPresent();
        Shown shown = tokens.chosen(asked);
        return Prepared.about(
                shown,
                "",
                held ->
                        work.behindPin(
                                shown,
                                held,
                                session -> {
                                    byte[] plain =
                                            enveloped
                                                    ? enveloped(session, cipher)
                                                    : transported(session, cipher);
                                    Json.Members reply =
                                            Replies.done("decrypt")
                                                    .with("plain", text(plain, base64));
                                    Arrays.fill(plain, (byte) 0);
                                    return reply.with("cardSN", shown.card().value());
                                }));
    }

    private static String text(byte[] plain, boolean base64) {
        return base64
                ? Base64.getEncoder().encodeToString(plain)
                : new String(plain, StandardCharsets.UTF_8);
    }

    private byte[] enveloped(CardSession session, byte[] cipher) {
        Certificate certificate = CardWork.certificate(session, KeySlot.KEY_MANAGEMENT);
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        try {
            EncipheredFile.decipher(
                    session.decipherer(KeySlot.KEY_MANAGEMENT),
                    certificate,
                    new ByteArrayInputStream(cipher),
                    plain,
                    random);
        } catch (IOException e) {
            throw new RefusedException(RetCode.DECRYPTION, "no EnvelopedData for this card", e);
        }
        return plain.toByteArray();
    }

    private static byte[] transported(CardSession session, byte[] cipher) {
        CardWork.certificate(session, KeySlot.KEY_MANAGEMENT);
        return RsaTransport.decipher(session.decipherer(KeySlot.KEY_MANAGEMENT), cipher)
                .orElseThrow(Deciphering::wrong);
    }

    private static RefusedException wrong() {
        return new RefusedException(RetCode.DECRYPTION, "not enciphered for this card");
    }
}
