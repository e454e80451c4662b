// SPDX-License-Identifier: Apache-2.0
package perennial.agent.tools;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import perennial.agent.AgentException;
import perennial.agent.tools.CardTools.Shown;
import perennial.card.CardException;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.card.Pin;
import perennial.card.PinOutcome;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.protocol.cms.EncipheredFile;
import perennial.protocol.cms.FileVerifier;
import perennial.protocol.cms.SignedFile;
import perennial.protocol.cms.SignerVerdict;
import perennial.protocol.http.IssuerCertificates;

/// What a holder does with files and a card. Safe for use by many threads.
///
/// Files are read and written as streams, and what is written gets its name when it is whole. Every
/// method throws FILE_NOT_USABLE for a file that cannot be read or written, or exists already.
public final class FileTools {
    /// A card's signer takes a message as one array; larger files are signed as CMS.
    private static final int MAX_PLAIN = 64 * 1024 * 1024;

    private final CardTools tools;
    private final Clock clock;
    private final SecureRandom random;

    public FileTools(CardTools tools, Clock clock, SecureRandom random) {
        this.tools = tools;
        this.clock = clock;
        this.random = random;
    }

    /// How a file is signed.
    public enum SignatureForm {
        /// CMS with the file inside.
        ATTACHED,
        /// CMS beside the file.
        DETACHED,
        /// The bare signature value: RSASSA-PKCS1-v1_5 with SHA-256, or ECDSA with SHA-256 in DER.
        PKCS1
    }

    /// Whom a verifier believes.
    ///
    /// @param chain certificates that may not have come with a signature; not believed by
    ///   themselves
    public record Trust(List<Certificate> anchors, List<Certificate> chain) {
        public Trust {
            anchors = List.copyOf(anchors);
            chain = List.copyOf(chain);
        }
    }

    /// A card and its PIN, which stays the caller's.
    ///
    /// @param lastTryConsent whether the holder agrees to use the last try
    public record Presented(Shown shown, Pin pin, boolean lastTryConsent) {}

    /// Signs with the signature key, or the authentication key of a card that has no other.
    ///
    /// @param chain certificates that lead from the card's to an anchor, sent along; when empty,
    ///   they are fetched from where the certificate says that they are
    /// @return of the PIN; there is a signature only if it is verified
    /// @throws CardException NO_CERTIFICATE and whatever the card does
    /// @throws AgentException as [CardTools#withPin], FILE_NOT_USABLE
    public PinOutcome sign(
            Presented presented, SignatureForm form, List<Certificate> chain, Path file, Path out) {
        return tools.withPin(
                presented.shown(),
                presented.pin(),
                presented.lastTryConsent(),
                session -> sign(session, form, chain, file, out));
    }

    private void sign(
            CardSession session, SignatureForm form, List<Certificate> chain, Path file, Path out) {
        KeySlot slot = HolderKeys.signing(session);
        Certificate certificate = HolderKeys.certificate(session, slot);
        WholeFile.write(
                out,
                to -> {
                    if (form == SignatureForm.PKCS1) {
                        to.write(session.signer(slot).sign(small(file)));
                        return true;
                    }
                    SignedFile.Form where =
                            form == SignatureForm.ATTACHED
                                    ? SignedFile.Form.ATTACHED
                                    : SignedFile.Form.DETACHED;
                    try (InputStream content = input(file)) {
                        SignedFile.sign(
                                new SignedFile.Signing(
                                        session.signer(slot),
                                        certificate,
                                        chain.isEmpty() ? above(certificate) : chain,
                                        clock.instant()),
                                where,
                                content,
                                to);
                    }
                    return true;
                });
    }

    private static List<Certificate> above(Certificate certificate) {
        try (IssuerCertificates issuers = new IssuerCertificates()) {
            return issuers.above(certificate);
        }
    }

    private static byte[] small(Path file) throws IOException {
        if (Files.size(file) > MAX_PLAIN) {
            throw new IOException("larger than 64 MiB: sign it as CMS, attached or detached");
        }
        return Files.readAllBytes(file);
    }

    /// Verifies a signature file.
    ///
    /// @param content the signed file, for a detached signature
    /// @param out where the content of an attached signature goes, if every signature counts
    /// @param trust whose certificates count, and what may stand between
    /// @return one for each signature, at least one
    /// @throws perennial.protocol.cms.CmsException FILE_NOT_USABLE when it is no such file
    public List<SignerVerdict> verify(
            Path signature, Optional<Path> content, Optional<Path> out, Trust trust) {
        FileVerifier verifier = new FileVerifier(trust.anchors(), trust.chain(), clock);
        List<List<SignerVerdict>> verdicts = new ArrayList<>();
        try (InputStream in = input(signature)) {
            if (content.isPresent()) {
                try (InputStream signed = input(content.get())) {
                    return verifier.detached(in, signed);
                }
            }
            if (out.isEmpty()) {
                return verifier.attached(in, OutputStream.nullOutputStream());
            }
            WholeFile.write(
                    out.get(),
                    to -> {
                        List<SignerVerdict> found = verifier.attached(in, to);
                        verdicts.add(found);
                        return found.stream().allMatch(SignerVerdict::counts);
                    });
            return verdicts.getFirst();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /// Deciphers with the card's encryption key.
    ///
    /// @return of the PIN; there is a file only if it is verified
    /// @throws perennial.protocol.cms.CmsException NOT_ENCRYPTED_FOR_CARD, FILE_NOT_USABLE
    public PinOutcome decipher(Presented presented, Path file, Path out) {
        return tools.withPin(
                presented.shown(),
                presented.pin(),
                presented.lastTryConsent(),
                session -> {
                    Certificate certificate =
                            HolderKeys.certificate(session, KeySlot.KEY_MANAGEMENT);
                    WholeFile.write(
                            out,
                            to -> {
                                try (InputStream in = input(file)) {
                                    EncipheredFile.decipher(
                                            session.decipherer(KeySlot.KEY_MANAGEMENT),
                                            certificate,
                                            in,
                                            to,
                                            random);
                                }
                                return true;
                            });
                });
    }

    /// Enciphers for a certificate; takes no card.
    public void encipher(Certificate recipient, Path file, Path out) {
        WholeFile.write(
                out,
                to -> {
                    try (InputStream in = input(file)) {
                        EncipheredFile.encipher(recipient, in, to, random);
                    }
                    return true;
                });
    }

    private static InputStream input(Path file) throws IOException {
        return new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    }

    private static AgentException unreadable(IOException e) {
        return new AgentException(Problem.FILE_NOT_USABLE, String.valueOf(e.getMessage()), e);
    }
}
