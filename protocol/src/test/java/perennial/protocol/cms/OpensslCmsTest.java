// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cms;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.SoftwareSigner;
import perennial.protocol.cms.SignerVerdict.Doubt;

/// Files between us and an unmodified openssl, in both directions.
class OpensslCmsTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] CONTENT =
            "申請書\r\nsecond line, and no line end".getBytes(StandardCharsets.UTF_8);

    private static @TempDir Path folder;
    private static Openssl openssl;
    private static Openssl.Holder rsa;
    private static Openssl.Holder ec;

    @BeforeAll
    static void keys() throws IOException {
        openssl = new Openssl(folder);
        rsa = openssl.holder("rsa", "rsa:2048", "digitalSignature,keyEncipherment");
        ec = openssl.holder("ec", "ec", "digitalSignature,keyAgreement");
        Files.write(folder.resolve("content"), CONTENT);
    }

    private static Openssl.Holder holder(String name) {
        return name.equals("rsa") ? rsa : ec;
    }

    private static Clock clock() {
        return Clock.fixed(
                rsa.certificate().validity().notBefore().plus(Duration.ofDays(1)), ZoneOffset.UTC);
    }

    private static void sign(String name, SignedFile.Form form, String out) throws IOException {
        Openssl.Holder holder = holder(name);
        try (InputStream in = Files.newInputStream(folder.resolve("content"));
                OutputStream to = Files.newOutputStream(folder.resolve(out))) {
            SignedFile.sign(
                    new SignedFile.Signing(
                            new SoftwareSigner(holder.keys()),
                            holder.certificate(),
                            List.of(),
                            clock().instant()),
                    form,
                    in,
                    to);
        }
    }

    private static List<SignerVerdict> verify(String signature, Optional<byte[]> content)
            throws IOException {
        FileVerifier verifier =
                new FileVerifier(List.of(rsa.certificate(), ec.certificate()), List.of(), clock());
        try (InputStream in = Files.newInputStream(folder.resolve(signature))) {
            if (content.isPresent()) {
                return verifier.detached(in, new ByteArrayInputStream(content.get()));
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            List<SignerVerdict> verdicts = verifier.attached(in, out);
            assertArrayEquals(CONTENT, out.toByteArray());
            return verdicts;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa", "ec"})
    void openssl_verifies_what_we_sign(String name) throws IOException {
        sign(name, SignedFile.Form.ATTACHED, name + ".p7m");
        sign(name, SignedFile.Form.DETACHED, name + ".p7s");
        openssl.must(
                "cms",
                "-verify",
                "-binary",
                "-inform",
                "DER",
                "-in",
                name + ".p7m",
                "-CAfile",
                name + ".pem",
                "-purpose",
                "any",
                "-out",
                name + ".back");
        assertArrayEquals(CONTENT, Files.readAllBytes(folder.resolve(name + ".back")));
        openssl.must(
                "cms",
                "-verify",
                "-binary",
                "-inform",
                "DER",
                "-in",
                name + ".p7s",
                "-content",
                "content",
                "-CAfile",
                name + ".pem",
                "-purpose",
                "any",
                "-out",
                name + ".back");
        String shown =
                openssl.run("cms", "-cmsout", "-print", "-inform", "DER", "-in", name + ".p7s")
                        .output();
        assertTrue(shown.contains("signingTime"), shown);
        assertTrue(shown.contains("id-smime-aa-signingCertificateV2"), shown);
    }

    @ParameterizedTest
    @CsvSource({"rsa, sha256", "rsa, sha512", "ec, sha256", "ec, sha384"})
    void we_verify_what_openssl_signs(String name, String digest) throws IOException {
        openssl.must(
                "cms",
                "-sign",
                "-binary",
                "-cades",
                "-md",
                digest,
                "-signer",
                name + ".pem",
                "-inkey",
                name + ".key",
                "-in",
                "content",
                "-outform",
                "DER",
                "-out",
                "openssl.p7s");
        openssl.must(
                "cms",
                "-sign",
                "-binary",
                "-nodetach",
                "-md",
                digest,
                "-signer",
                name + ".pem",
                "-inkey",
                name + ".key",
                "-in",
                "content",
                "-outform",
                "DER",
                "-out",
                "openssl.p7m");
        // It signs now; the certificate was made a moment before.
        for (SignerVerdict verdict : verdictsNow(name)) {
            assertEquals(Set.of(), verdict.doubts());
            assertEquals(Optional.of(holder(name).certificate()), verdict.certificate());
            assertEquals(List.of(holder(name).certificate()), verdict.chain());
        }
    }

    private static List<SignerVerdict> verdictsNow(String name) throws IOException {
        List<SignerVerdict> verdicts = verify("openssl.p7s", Optional.of(CONTENT));
        assertEquals(1, verdicts.size(), name);
        List<SignerVerdict> attached = verify("openssl.p7m", Optional.empty());
        return List.of(verdicts.getFirst(), attached.getFirst());
    }

    @Test
    void a_pss_signature_is_verified() throws IOException {
        openssl.must(
                "cms",
                "-sign",
                "-binary",
                "-md",
                "sha256",
                "-signer",
                "rsa.pem",
                "-inkey",
                "rsa.key",
                "-keyopt",
                "rsa_padding_mode:pss",
                "-in",
                "content",
                "-outform",
                "DER",
                "-out",
                "pss.p7s");
        assertEquals(Set.of(), verify("pss.p7s", Optional.of(CONTENT)).getFirst().doubts());
    }

    @Test
    void a_changed_file_is_found() throws IOException {
        sign("rsa", SignedFile.Form.DETACHED, "changed.p7s");
        byte[] changed = CONTENT.clone();
        changed[3] ^= 1;
        assertEquals(
                Set.of(Doubt.NOT_INTACT),
                verify("changed.p7s", Optional.of(changed)).getFirst().doubts());
    }

    @Test
    void sha1_does_not_count() throws IOException {
        openssl.must(
                "cms",
                "-sign",
                "-binary",
                "-md",
                "sha1",
                "-signer",
                "rsa.pem",
                "-inkey",
                "rsa.key",
                "-in",
                "content",
                "-outform",
                "DER",
                "-out",
                "sha1.p7s");
        assertEquals(
                Set.of(Doubt.WEAK_DIGEST),
                verify("sha1.p7s", Optional.of(CONTENT)).getFirst().doubts());
    }

    @Test
    void a_stranger_and_an_expired_certificate_do_not_count() throws IOException {
        sign("rsa", SignedFile.Form.DETACHED, "later.p7s");
        Instant later = rsa.certificate().validity().notAfter().plus(Duration.ofDays(1));
        FileVerifier verifier =
                new FileVerifier(List.of(), List.of(), Clock.fixed(later, ZoneOffset.UTC));
        try (InputStream in = Files.newInputStream(folder.resolve("later.p7s"))) {
            assertEquals(
                    Set.of(Doubt.EXPIRED_SINCE, Doubt.NOT_TRUSTED),
                    verifier.detached(in, new ByteArrayInputStream(CONTENT)).getFirst().doubts());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "3080", "302a06092a864886f70d010702a01d30"})
    void what_is_no_signature_is_said_to_be_none(String hex) {
        byte[] octets = HexFormat.of().parseHex(hex);
        FileVerifier verifier = new FileVerifier(List.of(), List.of(), clock());
        CmsException refused =
                assertThrows(
                        CmsException.class,
                        () ->
                                verifier.attached(
                                        new ByteArrayInputStream(octets),
                                        OutputStream.nullOutputStream()));
        assertEquals(Problem.FILE_NOT_USABLE, refused.problem());
    }

    private static byte[] decipher(Openssl.Holder holder, Path file) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (InputStream in = Files.newInputStream(file)) {
            EncipheredFile.decipher(holder, holder.certificate(), in, out, RANDOM);
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @CsvSource({
        "rsa, aes256, ''",
        "rsa, des3, ''",
        "rsa, aes128, rsa_padding_mode:oaep",
        "rsa, aes256, rsa_padding_mode:oaep rsa_oaep_md:sha256",
        "rsa, aes256, rsa_padding_mode:oaep rsa_oaep_md:sha512",
        "ec, aes256, ''",
        "ec, aes128, ecdh_kdf_md:sha256",
        "ec, aes192, ecdh_kdf_md:sha384"
    })
    void we_decipher_what_openssl_enciphers(String name, String cipher, String options)
            throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of("cms", "-encrypt", "-binary", "-" + cipher, "-in", "content"));
        command.addAll(List.of("-outform", "DER", "-out", "openssl.p7e", "-recip", name + ".pem"));
        for (String option : options.split(" ")) {
            if (!option.isEmpty()) {
                command.addAll(List.of("-keyopt", option));
            }
        }
        openssl.must(command.toArray(String[]::new));
        assertArrayEquals(CONTENT, decipher(holder(name), folder.resolve("openssl.p7e")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa", "ec"})
    void openssl_deciphers_what_we_encipher(String name) throws IOException {
        try (OutputStream out = Files.newOutputStream(folder.resolve("ours.p7e"))) {
            EncipheredFile.encipher(
                    holder(name).certificate(), new ByteArrayInputStream(CONTENT), out, RANDOM);
        }
        assertArrayEquals(CONTENT, decipher(holder(name), folder.resolve("ours.p7e")));
        openssl.must(
                "cms",
                "-decrypt",
                "-binary",
                "-inform",
                "DER",
                "-in",
                "ours.p7e",
                "-recip",
                name + ".pem",
                "-inkey",
                name + ".key",
                "-out",
                "back");
        assertArrayEquals(CONTENT, Files.readAllBytes(folder.resolve("back")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa", "ec"})
    void a_file_for_the_certificate_before_the_renewal_is_still_read(String name)
            throws IOException {
        openssl.must(
                "req",
                "-x509",
                "-days",
                "30",
                "-subj",
                "/CN=renewed",
                "-key",
                name + ".key",
                "-outform",
                "DER",
                "-out",
                "renewed.der");
        openssl.must(
                "cms",
                "-encrypt",
                "-binary",
                "-aes256",
                "-in",
                "content",
                "-outform",
                "DER",
                "-out",
                "before.p7e",
                "-recip",
                name + ".pem");
        Openssl.Holder renewed =
                new Openssl.Holder(
                        Certificate.ofDer(Files.readAllBytes(folder.resolve("renewed.der"))),
                        holder(name).keys());
        assertArrayEquals(CONTENT, decipher(renewed, folder.resolve("before.p7e")));
    }

    @ParameterizedTest
    @CsvSource({"rsa, ''", "rsa, rsa_padding_mode:oaep", "ec, ''"})
    void a_file_for_another_key_is_refused(String name, String option) throws IOException {
        Openssl.Holder other =
                openssl.holder(
                        "other" + name,
                        name.equals("rsa") ? "rsa:2048" : "ec",
                        "keyEncipherment,keyAgreement");
        List<String> command =
                new ArrayList<>(List.of("cms", "-encrypt", "-binary", "-aes256", "-in", "content"));
        command.addAll(List.of("-outform", "DER", "-out", "foreign.p7e"));
        command.addAll(List.of("-recip", name + ".pem"));
        if (!option.isEmpty()) {
            command.addAll(List.of("-keyopt", option));
        }
        openssl.must(command.toArray(String[]::new));
        try {
            byte[] nonsense = decipher(other, folder.resolve("foreign.p7e"));
            // One wrong key in 256 leaves what looks like padding; only PKCS #1 v1.5 gets so far.
            assertTrue(name.equals("rsa") && option.isEmpty());
            assertTrue(!Arrays.equals(CONTENT, nonsense));
        } catch (CmsException e) {
            assertEquals(Problem.NOT_ENCRYPTED_FOR_CARD, e.problem());
        }
    }
}
