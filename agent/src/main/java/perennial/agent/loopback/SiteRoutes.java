// SPDX-License-Identifier: Apache-2.0
package perennial.agent.loopback;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import perennial.agent.AgentException;
import perennial.agent.consent.Origin;
import perennial.agent.json.Json;
import perennial.agent.tools.CardTools;
import perennial.agent.tools.HolderKeys;
import perennial.agent.tools.RsaTransport;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.DigestAlgorithm;
import perennial.protocol.cms.EncipheredFile;
import perennial.protocol.cms.SignedFile;
import perennial.protocol.cms.SignedMessage;

/// Questions of the window on behalf of the site that opened it: may it ask, and what it asks for.
/// The window's script says which site that is, as the browser told it; whether it may ask is
/// looked up here, every time.
final class SiteRoutes {
    /// Octets of what is signed or deciphered for a site.
    private static final int MAX = 16 * 1024 * 1024;

    private final Predicate<Origin> mayAsk;
    private final CardTools tools;
    private final WindowFiles files;
    private final ToolRoutes card;
    private final Clock clock;
    private final SecureRandom random;

    /// @param mayAsk asked every time
    SiteRoutes(
            Predicate<Origin> mayAsk,
            CardTools tools,
            WindowFiles files,
            ToolRoutes card,
            Clock clock,
            SecureRandom random) {
        this.mayAsk = mayAsk;
        this.tools = tools;
        this.files = files;
        this.card = card;
        this.clock = clock;
        this.random = random;
    }

    Json.Members site(Call call) throws Json.MalformedException {
        Optional<Origin> origin = Origin.parse(call.json().text("origin").orElse(""));
        return new Json.Members().with("allowed", origin.filter(mayAsk).isPresent());
    }

    private void requireAllowed(Call call) {
        if (Origin.parse(call.field("X-Perennial-Opener")).filter(mayAsk).isEmpty()) {
            throw new AgentException(Problem.RA_NOT_TRUSTED, "the site is not allowed");
        }
    }

    /// How a site wants its signature.
    private enum Form {
        /// SignedData with the content inside.
        CMS,
        /// SignedData without.
        CMS_DETACHED,
        /// The bare value: RSASSA-PKCS1-v1_5, or ECDSA in DER.
        VALUE
    }

    Json.Members sign(Call call) {
        requireAllowed(call);
        Form form = form(call.field("X-Perennial-Form"));
        DigestAlgorithm digest = digest(call.field("X-Perennial-Digest"));
        byte[] content = content(call);
        return behindPin(call, session -> signed(session, form, digest, content));
    }

    private Json.Members signed(
            CardSession session, Form form, DigestAlgorithm digest, byte[] content) {
        KeySlot slot = HolderKeys.signing(session);
        Certificate certificate = HolderKeys.certificate(session, slot);
        byte[] signature =
                form == Form.VALUE
                        ? session.digestSigner(slot).signDigest(digest, digest.digest(content))
                        : SignedMessage.sign(
                                session.digestSigner(slot),
                                certificate,
                                digest,
                                form == Form.CMS
                                        ? SignedFile.Form.ATTACHED
                                        : SignedFile.Form.DETACHED,
                                content,
                                new SignedMessage.Attributes(
                                        Optional.of(clock.instant()),
                                        Optional.empty(),
                                        Optional.empty()));
        return new Json.Members()
                .with("signature", base64(signature))
                .with("certificate", base64(certificate.der()));
    }

    Json.Members decipher(Call call) {
        requireAllowed(call);
        boolean enveloped =
                switch (call.field("X-Perennial-Form")) {
                    case "cms" -> true;
                    case "rsa" -> false;
                    default -> throw new AgentException(Problem.REQUEST_INVALID, "no such form");
                };
        byte[] content = content(call);
        return behindPin(
                call,
                session -> {
                    byte[] plain =
                            enveloped ? enveloped(session, content) : transported(session, content);
                    Json.Members answer = new Json.Members().with("content", base64(plain));
                    Arrays.fill(plain, (byte) 0);
                    return answer;
                });
    }

    private byte[] enveloped(CardSession session, byte[] content) {
        Certificate certificate = HolderKeys.certificate(session, KeySlot.KEY_MANAGEMENT);
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        try {
            EncipheredFile.decipher(
                    session.decipherer(KeySlot.KEY_MANAGEMENT),
                    certificate,
                    new ByteArrayInputStream(content),
                    plain,
                    random);
        } catch (IOException e) {
            throw new AgentException(Problem.FILE_NOT_USABLE, "no EnvelopedData", e);
        }
        return plain.toByteArray();
    }

    private static byte[] transported(CardSession session, byte[] content) {
        Certificate _ = HolderKeys.certificate(session, KeySlot.KEY_MANAGEMENT);
        return RsaTransport.decipher(session.decipherer(KeySlot.KEY_MANAGEMENT), content)
                .orElseThrow(
                        () -> new AgentException(Problem.NOT_ENCRYPTED_FOR_CARD, "RSA cryptogram"));
    }

    private Json.Members behindPin(Call call, Function<CardSession, Json.Members> work) {
        List<Json.Members> made = new ArrayList<>();
        Json.Members answer =
                card.behindPin(
                        call,
                        presented ->
                                tools.withPin(
                                        presented.shown(),
                                        presented.pin(),
                                        presented.lastTryConsent(),
                                        session -> made.add(work.apply(session))));
        if (!made.isEmpty()) {
            files.forget(call.window());
            answer.with("made", made.getFirst());
        }
        return answer;
    }

    private byte[] content(Call call) {
        Path file = files.given(call.window(), WindowFiles.Role.CONTENT);
        try {
            if (Files.size(file) > MAX) {
                throw new AgentException(Problem.FILE_NOT_USABLE, "larger than 16 MiB");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new AgentException(Problem.FILE_NOT_USABLE, String.valueOf(e.getMessage()), e);
        }
    }

    private static Form form(String text) {
        return switch (text) {
            case "cms" -> Form.CMS;
            case "cms-detached" -> Form.CMS_DETACHED;
            case "value" -> Form.VALUE;
            default -> throw new AgentException(Problem.REQUEST_INVALID, "no such form");
        };
    }

    private static DigestAlgorithm digest(String text) {
        return switch (text) {
            case "SHA-256" -> DigestAlgorithm.SHA_256;
            case "SHA-384" -> DigestAlgorithm.SHA_384;
            case "SHA-512" -> DigestAlgorithm.SHA_512;
            default -> throw new AgentException(Problem.REQUEST_INVALID, "no such digest");
        };
    }

    private static String base64(byte[] octets) {
        return Base64.getEncoder().encodeToString(octets);
    }
}
