// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.ca.AuthorityHome;
import perennial.ca.AuthoritySettings;
import perennial.ca.CaException;
import perennial.ca.LocalCa;
import perennial.ca.Passphrase;
import perennial.ca.ServiceCredential;
import perennial.ca.StandardProfiles;
import perennial.ca.audit.AuditTrail;
import perennial.card.hsm.HsmPin;
import perennial.card.hsm.HsmSettings;
import perennial.card.hsm.HsmToken;
import perennial.card.pkcs11.Answer;
import perennial.card.pkcs11.Call;
import perennial.card.pkcs11.Cryptoki;
import perennial.card.pkcs11.Pkcs11Module;
import perennial.card.pkcs11.RemoteCryptoki;
import perennial.cli.EmbeddedDatabase;
import perennial.cli.Perennial;
import perennial.core.advice.Problem;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.IssueOutcome;
import perennial.core.authority.ProofOfPossession;
import perennial.core.authority.RevocationRequest;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.RevocationReason;
import perennial.core.crypto.KeyKind;

/// An authority whose keys a ceremony made in SoftHSM 2, from the command to what openssl says to
/// its certificates, CRL and answers.
class AuthorityInSoftHsmTest {
    private static final Path LIBRARY = Path.of("/usr/lib/softhsm/libsofthsm2.so");
    private static final String PIN = "123456";

    @TempDir Path folder;
    private final SecureRandom random = new SecureRandom();
    private final Clock clock = Clock.systemUTC();
    private final Map<Long, KeyPair> holders = new HashMap<>();

    @Test
    void c13_issuing_and_status_go_through_pkcs11_and_survive_a_token_that_is_away()
            throws Exception {
        Pkcs11Module module = token();
        ceremony("P-384", "P-256");
        Certificate root = certificate("root");
        Certificate issuing = certificate("issuing");
        HsmSettings settings =
                new HsmSettings(module, "authority", Optional.empty(), 2, Duration.ofSeconds(30));
        try (HsmPin pin = new HsmPin(PIN.toCharArray());
                HsmToken token = new HsmToken(settings, pin, clock);
                Passphrase passphrase = new Passphrase("correct horse".toCharArray());
                EmbeddedDatabase database = EmbeddedDatabase.start(folder.resolve("database"));
                LocalCa ca = authority(token, root, issuing, passphrase, database)) {
            Certificate holder = issued(ca, 1);
            pem("root", root);
            pem("issuing", issuing);
            pem("holder", holder);
            openssl("verify -x509_strict -CAfile root.pem -untrusted issuing.pem holder.pem");
            status(ca, "good");
            var _ =
                    ca.revoke(
                            new RevocationRequest(
                                    holder.id(), RevocationReason.SUPERSEDED, Optional.empty()));
            status(ca, "revoked");
            Files.write(folder.resolve("crl.der"), ca.crl());
            openssl("crl -inform DER -in crl.der -CAfile issuing.pem -noout -verify");

            Path tokens = folder.resolve("tokens");
            Files.move(tokens, folder.resolve("away"));
            ProcessHandle.current()
                    .children()
                    .filter(child ->
                            child.info().commandLine().orElse("").contains(LIBRARY.toString()))
                    .forEach(ProcessHandle::destroyForcibly);
            CaException away = assertThrows(CaException.class, () -> issued(ca, 2));
            assertEquals(Problem.HSM_UNAVAILABLE, away.problem());
            status(ca, "revoked");

            Files.move(folder.resolve("away"), tokens);
            Eventually.holds("issuing goes on by itself", () -> issues(ca, 2));
            assertEquals(issued(ca, 2), issued(ca, 2), "asked again, the same certificate");
        }
    }

    @Test
    void c13_a_signature_spoiled_on_its_way_is_given_to_nobody() throws Exception {
        Pkcs11Module module = token();
        ceremony("P-256", "RSA-PSS-2048");
        HsmSettings settings =
                new HsmSettings(module, "authority", Optional.empty(), 1, Duration.ofSeconds(30));
        try (HsmPin pin = new HsmPin(PIN.toCharArray());
                HsmToken token =
                        new HsmToken(
                                settings,
                                pin,
                                () ->
                                        new Spoiling(
                                                RemoteCryptoki.start(module, settings.patience())),
                                clock)) {
            Certificate issuing = certificate("issuing");
            ServiceCredential credential =
                    new ServiceCredential(token.signer("issuing", issuing.publicKey()), issuing);

            CaException spoiled =
                    assertThrows(CaException.class, () -> credential.signer().sign(new byte[9]));

            assertEquals(Problem.SIGNATURE_FAULTY, spoiled.problem());
            assertEquals(Optional.of(KeyKind.RSA_PSS_2048), KeyKind.of(issuing.publicKey()));
        }
    }

    /// A library that flips one bit of every signature.
    private record Spoiling(Cryptoki library) implements Cryptoki {
        @Override
        public <A extends Answer> A call(Call<A> call) {
            A answer = library.call(call);
            if (call instanceof Call.Sign && answer instanceof Answer.Octets(byte[] value)) {
                value[value.length / 2] ^= 1;
            }
            return answer;
        }

        @Override
        public void close() {
            library.close();
        }
    }

    @Test
    void a_pin_in_a_file_that_others_may_read_is_refused() throws Exception {
        token();
        Files.setPosixFilePermissions(
                folder.resolve("pin"), PosixFilePermissions.fromString("rw-r--r--"));

        String said = failed("P-256", "P-256");

        assertTrue(said.contains("S05"), said);
        assertFalse(said.contains(PIN), said);
    }

    private LocalCa authority(
            HsmToken token,
            Certificate root,
            Certificate issuing,
            Passphrase passphrase,
            EmbeddedDatabase database)
            throws IOException {
        return LocalCa.open(
                new AuthorityHome(
                        new AuthoritySettings(
                                "issuing",
                                URI.create("http://localhost:1"),
                                StandardProfiles.all()),
                        Files.createDirectories(folder.resolve("services")),
                        passphrase,
                        KeyKind.P_256,
                        Optional.empty()),
                root,
                new ServiceCredential(token.signer("issuing", issuing.publicKey()), issuing),
                new LocalCa.Surroundings(
                        database.dataSource(), AuditTrail.unrecorded(), clock, random));
    }

    private boolean issues(LocalCa ca, long transaction) {
        try {
            issued(ca, transaction);
            return true;
        } catch (CaException e) {
            assertEquals(Problem.HSM_UNAVAILABLE, e.problem());
            return false;
        }
    }

    private Certificate issued(LocalCa ca, long transaction) {
        KeyPair pair = holders.computeIfAbsent(transaction, _ -> keyPair());
        IssueOutcome outcome =
                ca.issue(
                        new CertificationRequest(
                                new UUID(0, transaction),
                                StandardProfiles.HOLDER_SIGNATURE,
                                new X500Principal("CN=Holder %d,C=TW".formatted(transaction)),
                                pair.getPublic(),
                                ProofOfPossession.SIGNATURE,
                                Optional.empty(),
                                Optional.empty()));
        return ((IssueOutcome.Accepted) outcome).certificate();
    }

    private static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private void status(LocalCa ca, String expected) throws Exception {
        Path request = folder.resolve("request.der");
        openssl("ocsp -issuer issuing.pem -cert holder.pem -reqout request.der -no_nonce");
        Files.write(folder.resolve("response.der"), ca.ocsp(Files.readAllBytes(request)));
        String said =
                openssl(
                        "ocsp -issuer issuing.pem -cert holder.pem -no_nonce -respin response.der"
                                + " -CAfile root.pem -verify_other issuing.pem");
        assertTrue(said.contains("holder.pem: " + expected), said);
    }

    /// What an operator does to a new token.
    private Pkcs11Module token() throws Exception {
        Path tokens = Files.createDirectories(folder.resolve("tokens"));
        Path configuration = folder.resolve("softhsm2.conf");
        Files.writeString(
                configuration,
                "directories.tokendir = %s%nobjectstore.backend = file%nlog.level = ERROR%n"
                        .formatted(tokens));
        Shell.run(
                folder,
                "env",
                "SOFTHSM2_CONF=" + configuration,
                "softhsm2-util",
                "--init-token",
                "--free",
                "--label",
                "authority",
                "--pin",
                PIN,
                "--so-pin",
                "87654321");
        Path pin = folder.resolve("pin");
        Files.createFile(
                pin,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(pin, PIN + "\n");
        return new Pkcs11Module(
                "SoftHSM", LIBRARY, Map.of("SOFTHSM2_CONF", configuration.toString()));
    }

    private void ceremony(String rootKey, String issuingKey) throws IOException {
        Path file = plan(rootKey, issuingKey);
        assertEquals("", run(0, "ca", "ceremony", "--check", file.toString()).err());
        assertFalse(Files.exists(folder.resolve("out")));
        String said = run(0, "ca", "ceremony", file.toString()).out();
        assertTrue(said.contains("PKCS #11 token \"authority\""), said);
        assertFalse(said.contains(folder.toString()), "nothing of this machine");
    }

    private String failed(String rootKey, String issuingKey) throws IOException {
        return run(1, "ca", "ceremony", plan(rootKey, issuingKey).toString()).err();
    }

    private Path plan(String rootKey, String issuingKey) throws IOException {
        return Files.writeString(
                folder.resolve("ceremony.yaml"),
                """
                ceremony: SoftHSM
                folder: out
                witnesses: [Auditor]
                places:
                  hsm:
                    library: %s
                    token: authority
                    pin-file: pin
                    environment: {SOFTHSM2_CONF: %s}
                root: {name: 'CN=Root,C=TW', key: %s, place: hsm, key-name: root, lifetime: P20Y}
                authorities:
                  - {file: issuing, name: 'CN=Issuing,C=TW', key: %s, place: hsm,
                     key-name: issuing, lifetime: P10Y}
                """
                        .formatted(LIBRARY, folder.resolve("softhsm2.conf"), rootKey, issuingKey));
    }

    private record Said(String out, String err) {}

    private static Said run(int expected, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status =
                Perennial.run(
                        arguments,
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8));
        assertEquals(expected, status, err.toString(StandardCharsets.UTF_8));
        return new Said(out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private Certificate certificate(String name) throws IOException {
        return Certificate.ofDer(Files.readAllBytes(folder.resolve("out/" + name + ".cer")));
    }

    private void pem(String name, Certificate certificate) throws IOException {
        Files.writeString(
                folder.resolve(name + ".pem"), perennial.cli.PemFiles.encode(certificate));
    }

    private String openssl(String arguments) throws IOException, InterruptedException {
        return Shell.run(folder, ("openssl " + arguments).split(" ", -1));
    }
}
