// SPDX-License-Identifier: Apache-2.0
package perennial.ca.ceremony;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perennial.ca.CaException;
import perennial.ca.Passphrase;
import perennial.ca.keys.KeyFile;
import perennial.ca.keys.KeyFolder;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyPlace;

/// Whole ceremonies, and what openssl says to their results.
class CeremonyTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String ROOT =
            """
            ceremony: 測試根憑證管理中心
            folder: out
            witnesses: [主持人 Master of ceremony, 稽核員 Auditor]
            places:
              files: {folder: keys, passphrase-file: secret}
            root:
              name: CN=測試根,O=Perennial,C=TW
              key: P-384
              place: files
              key-name: root
              lifetime: P20Y
            authorities:
              - file: issuing
                name: CN=測試一,O=Perennial,C=TW
                key: P-256
                place: files
                key-name: issuing
                lifetime: P10Y
                policies: [2.999.1]
                issuer-address: http://ca.example/root.cer
                crl-address: http://ca.example/root.crl
              - file: ml-dsa
                name: CN=測試二,O=Perennial,C=TW
                key: ML-DSA-65
                place: files
                key-name: pq
                lifetime: P10Y
            """;

    @TempDir Path folder;
    private final Passphrase passphrase = new Passphrase("correct horse".toCharArray());
    private Clock clock = Clock.fixed(Instant.parse("2026-11-25T01:02:03Z"), ZoneOffset.UTC);

    private String perform(String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("ceremony.yaml"), yaml);
        try (KeyPlace keys = new KeyFolder(folder.resolve("keys"), passphrase, clock, RANDOM)) {
            return new String(
                    new Ceremony(
                                    CeremonyPlan.read(file),
                                    Files.readAllBytes(file),
                                    Map.of("files", keys),
                                    "Perennial test",
                                    clock,
                                    RANDOM)
                            .perform(),
                    StandardCharsets.UTF_8);
        }
    }

    @Test
    void one_file_makes_a_root_and_its_authorities_with_a_transcript() throws Exception {
        String transcript = perform(ROOT);

        Certificate root = certificate("root.cer");
        for (String name : List.of("issuing.cer", "ml-dsa.cer")) {
            Certificate issued = certificate(name);
            issued.x509().verify(root.publicKey());
            assertEquals(0, issued.x509().getBasicConstraints());
            assertTrue(transcript.contains(issued.fingerprint()), transcript);
        }
        assertEquals(Instant.parse("2046-11-25T01:02:02Z"), root.validity().notAfter());
        assertTrue(transcript.contains("P-384"), transcript);
        assertTrue(transcript.contains("ML-DSA-65"), transcript);
        assertTrue(transcript.contains("稽核員 Auditor"), transcript);
        assertFalse(transcript.contains(folder.toString()), "nothing of this machine");
        pem("root");
        pem("issuing");
        openssl("verify -x509_strict -CAfile out/root.pem out/issuing.pem");
        openssl("crl -inform DER -in out/root.crl -CAfile out/root.pem -noout -verify");
        openssl("x509 -in out/issuing.pem -noout -checkend 0");
        assertEquals(
                certificate("issuing.cer"),
                new KeyFile(folder.resolve("keys/issuing.p12"), passphrase, RANDOM)
                        .read()
                        .certificate());
    }

    @Test
    void nothing_is_overwritten() throws Exception {
        perform(ROOT);
        byte[] before = Files.readAllBytes(folder.resolve("out/root.cer"));

        assertEquals(Problem.FILE_NOT_USABLE, refused(ROOT).problem());
        assertEquals(
                Problem.AUTHORITY_KEY_WRONG,
                refused(ROOT.replace("folder: out", "folder: other")).problem());
        assertFalse(Files.exists(folder.resolve("other")));
        assertTrue(
                java.util.Arrays.equals(
                        before, Files.readAllBytes(folder.resolve("out/root.cer"))));
    }

    @Test
    void a_root_on_another_machine_signs_a_request() throws Exception {
        perform(ROOT);
        perform(
                """
                ceremony: 分支機構
                folder: branch
                places:
                  files: {folder: keys}
                authorities:
                  - {file: branch, name: 'CN=分支,C=TW', key: RSA-2048, place: files,
                     key-name: branch, lifetime: P5Y}
                """);
        openssl("req -inform DER -in branch/branch.csr -noout -verify");
        perform(
                """
                ceremony: 簽發分支機構
                folder: signed
                places:
                  files: {folder: keys}
                root: {name: 'CN=測試根,O=Perennial,C=TW', key: P-384, place: files, key-name: root,
                       lifetime: P20Y, certificate: out/root.cer}
                authorities:
                  - {file: branch, name: 'CN=分支,C=TW', request: branch/branch.csr, lifetime: P5Y}
                """);
        perform(
                """
                ceremony: 安裝憑證
                folder: installed
                places:
                  files: {folder: keys}
                authorities:
                  - {file: branch, name: 'CN=分支,C=TW', key: RSA-2048, place: files,
                     key-name: branch, lifetime: P5Y, certificate: signed/branch.cer}
                """);

        Certificate branch =
                new KeyFile(folder.resolve("keys/branch.p12"), passphrase, RANDOM)
                        .read()
                        .certificate();
        branch.x509().verify(certificate("root.cer").publicKey());
    }

    @Test
    void a_new_root_and_the_old_one_certify_each_other() throws Exception {
        perform(ROOT);
        clock = Clock.offset(clock, java.time.Duration.ofDays(3650));
        perform(
                """
                ceremony: 換根
                folder: next
                places:
                  files: {folder: keys}
                root:
                  file: root
                  name: CN=測試根,O=Perennial,C=TW
                  key: Ed25519
                  place: files
                  key-name: root-2036
                  lifetime: P20Y
                  previous: {certificate: out/root.cer, place: files, key-name: root}
                """);

        Certificate old = certificate("root.cer");
        Certificate fresh = certificate("../next/root.cer");
        Certificate oldWithNew = certificate("../next/root-old-with-new.cer");
        Certificate newWithOld = certificate("../next/root-new-with-old.cer");
        oldWithNew.x509().verify(fresh.publicKey());
        newWithOld.x509().verify(old.publicKey());
        assertEquals(old.publicKey(), oldWithNew.publicKey());
        assertEquals(fresh.publicKey(), newWithOld.publicKey());
        assertEquals(old.validity().notAfter(), newWithOld.validity().notAfter());
        // Who trusts the new root alone believes what the old one signed.
        pem("issuing");
        pem("../next/root");
        pem("../next/root-old-with-new");
        openssl(
                "verify -attime 2111054400 -CAfile next/root.pem -untrusted"
                        + " next/root-old-with-new.pem out/issuing.pem");
    }

    /// C14: an issuing certificate that has expired is repaired off-line: the same key, a new
    /// certificate from the same root.
    @Test
    void c14_an_expired_issuing_certificate_is_renewed_off_line_with_its_key() throws Exception {
        perform(ROOT);
        clock = Clock.offset(clock, java.time.Duration.ofDays(3700));
        assertFalse(certificate("issuing.cer").validity().contains(clock.instant()));
        perform(
                """
                ceremony: 換發
                folder: renewed
                places:
                  files: {folder: keys}
                root: {name: 'CN=測試根,O=Perennial,C=TW', key: P-384, place: files, key-name: root,
                       lifetime: P20Y, certificate: out/root.cer}
                authorities:
                  - {file: issuing, name: 'CN=測試一,O=Perennial,C=TW', key: P-256, place: files,
                     key-name: issuing, key-exists: yes, lifetime: P9Y}
                """);

        Certificate renewed = certificate("../renewed/issuing.cer");
        assertEquals(certificate("issuing.cer").publicKey(), renewed.publicKey());
        assertTrue(renewed.validity().contains(clock.instant()));
        assertEquals(
                renewed,
                new KeyFile(folder.resolve("keys/issuing.p12"), passphrase, RANDOM)
                        .read()
                        .certificate());
    }

    /// Both keys of one authority live, under one name.
    @Test
    void an_issuing_authority_gets_a_second_key_under_the_same_name() throws Exception {
        perform(ROOT);
        perform(
                """
                ceremony: 換金鑰
                folder: second
                places:
                  files: {folder: keys}
                root: {name: 'CN=測試根,O=Perennial,C=TW', key: P-384, place: files, key-name: root,
                       lifetime: P20Y, certificate: out/root.cer,
                       revoked: [{certificate: out/ml-dsa.cer, reason: cessation-of-operation}]}
                authorities:
                  - {file: issuing-2, name: 'CN=測試一,O=Perennial,C=TW', key: P-384, place: files,
                     key-name: issuing-2, lifetime: P10Y}
                """);

        Certificate second = certificate("../second/issuing-2.cer");
        assertEquals(certificate("issuing.cer").subject(), second.subject());
        assertFalse(certificate("issuing.cer").publicKey().equals(second.publicKey()));
        String crl = openssl("crl -inform DER -in second/root.crl -noout -text");
        assertTrue(crl.contains("Cessation Of Operation"), crl);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "key: P-384 | key: P-192 | line 8",
                "lifetime: P20Y | lifetime: 20 years | line 11",
                "place: files | place: safe | no place is named safe",
                "key-name: root | key-name: root\\n  pin: 1234 | unknown key 'pin'",
                "file: ml-dsa | file: issuing | two certificates are named issuing",
                "name: CN=測試根,O=Perennial,C=TW | nickname: x | missing"
            })
    void what_a_file_says_wrongly_is_refused_before_any_key_is_made(
            String right, String wrong, String says) {
        CaException refused = refused(ROOT.replaceFirst(right, wrong.replace("\\n", "\n")));

        assertEquals(Problem.CONFIGURATION_INVALID, refused.problem());
        assertTrue(String.valueOf(refused.getMessage()).contains(says), refused.getMessage());
        assertFalse(Files.exists(folder.resolve("keys")));
    }

    @Test
    void a_path_that_is_too_long_is_refused_by_the_lints_before_the_key_signs() throws Exception {
        CaException refused = refused(ROOT.replace("policies: [2.999.1]", "path-length: 1"));

        assertEquals(Problem.LINT_REFUSED, refused.problem());
        assertTrue(String.valueOf(refused.getMessage()).contains("path length"));
        assertFalse(Files.exists(folder.resolve("out/issuing.cer")));
    }

    private CaException refused(String yaml) {
        return assertThrows(CaException.class, () -> perform(yaml));
    }

    private Certificate certificate(String name) throws IOException {
        return Certificate.ofDer(Files.readAllBytes(folder.resolve("out").resolve(name)));
    }

    private void pem(String name) throws Exception {
        openssl("x509 -inform DER -in out/%s.cer -out out/%s.pem".formatted(name, name));
    }

    private String openssl(String arguments) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(("openssl " + arguments).split(" ", -1))
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), arguments + "\n" + text);
        return text;
    }
}
