// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome;
import perennial.core.certificate.Certificate;
import perennial.core.renewal.ReKeyPermission;
import perennial.core.renewal.RenewalId;
import perennial.protocol.http.BytesHandler;

/// The `openssl cmp` of this machine, unmodified, as the other side. It has the system's clock, so
/// the endpoint has it, too.
final class OpensslCmpTest {
    /// [TestPki#HOLDER] as its options take it, in the order of the encoding.
    private static final String SUBJECT = "/C=TW/CN=王小明/serialNumber=0001";

    @TempDir Path dir;

    private final TestPki pki = new TestPki(Clock.systemUTC());
    private final IssuingUpdates service = new IssuingUpdates(pki);
    private final CmpEndpoint endpoint =
            new CmpEndpoint(service, pki.ra, List.of(pki.issuing), pki.clock, pki.random);
    private final HttpServer server = started();

    private HttpServer started() {
        try {
            HttpServer created =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            created.createContext(
                    "/.well-known/cmp",
                    exchange -> {
                        BytesHandler.Answer answer =
                                endpoint.handle(
                                        new BytesHandler.Request(
                                                exchange.getRequestMethod(),
                                                "",
                                                exchange.getRequestBody().readAllBytes()));
                        exchange.getResponseHeaders().set("Content-Type", answer.contentType());
                        exchange.sendResponseHeaders(answer.status(), answer.body().length);
                        exchange.getResponseBody().write(answer.body());
                        exchange.close();
                    });
            created.start();
            return created;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void trust() throws IOException {
        pem("root.pem", "CERTIFICATE", pki.root.der());
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    void openssl_updates_its_certificate_and_confirms_it(String kind)
            throws IOException, InterruptedException, CertificateException {
        KeyPair keys = kind.equals("RSA") ? TestPki.RSA_KEYS : SoftwareKeys.p256(pki.random);
        Certificate old = holder(keys);

        Run run = kur();

        assertEquals(0, run.exit(), run.output());
        Certificate fresh = certificate("new.pem");
        assertNotEquals(old, fresh);
        assertEquals(keys.getPublic(), fresh.publicKey());
        assertEquals(1, service.requests.size());
        assertEquals(old.id(), service.requests.getFirst().old());
        assertEquals(List.of(service.requests.getFirst().id()), service.confirmed);
    }

    @Test
    void openssl_gets_a_new_key_certified()
            throws IOException, InterruptedException, CertificateException {
        holder(SoftwareKeys.p256(pki.random));
        KeyPair next = SoftwareKeys.p256(pki.random);
        pem("next.pem", "PRIVATE KEY", next.getPrivate().getEncoded());

        Run run = kur("-newkey", "next.pem");

        assertEquals(0, run.exit(), run.output());
        assertEquals(next.getPublic(), certificate("new.pem").publicKey());
        assertEquals(1, service.confirmed.size());
    }

    @Test
    void openssl_is_not_spared_the_confirmation_by_asking_for_it()
            throws IOException, InterruptedException {
        holder(SoftwareKeys.p256(pki.random));

        Run run = kur("-implicit_confirm");

        assertEquals(0, run.exit(), run.output());
        assertEquals(1, service.confirmed.size());
    }

    @Test
    void openssl_polls_while_the_update_waits()
            throws IOException, InterruptedException, CertificateException {
        KeyPair keys = SoftwareKeys.p256(pki.random);
        holder(keys);
        service.answer(new IssueOutcome.Waiting(Duration.ofSeconds(1)));
        service.approveAfterOutcomesAsked(1);

        Run run = kur("-total_timeout", "20");

        assertEquals(0, run.exit(), run.output());
        assertEquals(keys.getPublic(), certificate("new.pem").publicKey());
        assertEquals(1, service.confirmed.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"hmac-sha1", "hmacWithSHA256"})
    void openssl_gets_a_new_key_certified_under_a_permission(String mac)
            throws IOException, InterruptedException, CertificateException {
        Certificate old = holder(SoftwareKeys.p256(pki.random));
        RenewalId id = RenewalId.random(pki.random);
        service.permission(id, old.id(), old);
        KeyPair next = SoftwareKeys.p256(pki.random);
        pem("next.pem", "PRIVATE KEY", next.getPrivate().getEncoded());

        Run run = ir(id, secret(id), "-mac", mac);

        assertEquals(0, run.exit(), run.output());
        assertEquals(next.getPublic(), certificate("new.pem").publicKey());
        assertEquals(id, service.requests.getFirst().id());
        assertEquals(List.of(id), service.confirmed);
    }

    @Test
    void openssl_with_another_secret_gets_nothing() throws IOException, InterruptedException {
        Certificate old = holder(SoftwareKeys.p256(pki.random));
        RenewalId id = RenewalId.random(pki.random);
        service.permission(id, old.id(), old);
        pem("next.pem", "PRIVATE KEY", SoftwareKeys.p256(pki.random).getPrivate().getEncoded());

        Run run = ir(id, "another-secret-of-32-characters.");

        assertNotEquals(0, run.exit());
        assertTrue(service.requests.isEmpty());
    }

    @Test
    void openssl_fails_when_the_update_is_rejected() throws IOException, InterruptedException {
        holder(SoftwareKeys.p256(pki.random));
        service.answer(new IssueOutcome.Rejection(FailInfo.notAuthorized, "too early"));

        Run run = kur();

        assertNotEquals(0, run.exit());
        assertTrue(run.output().contains("notAuthorized"), run.output());
        assertTrue(run.output().contains("too early"), run.output());
        assertFalse(Files.exists(dir.resolve("new.pem")));
        assertTrue(service.confirmed.isEmpty());
    }

    @Test
    void openssl_with_a_certificate_of_another_authority_is_refused()
            throws IOException, InterruptedException {
        KeyPair keys = SoftwareKeys.p256(pki.random);
        Certificate foreign = new TestPki(Clock.systemUTC()).signing(keys.getPublic());
        pem("old.pem", "CERTIFICATE", foreign.der());
        pem("key.pem", "PRIVATE KEY", keys.getPrivate().getEncoded());

        Run run = kur();

        assertNotEquals(0, run.exit());
        assertTrue(run.output().contains("signerNotTrusted"), run.output());
        assertTrue(service.requests.isEmpty());
    }

    private Certificate holder(KeyPair keys) throws IOException {
        Certificate old = pki.signing(keys.getPublic());
        service.knows(old);
        pem("old.pem", "CERTIFICATE", old.der());
        pem("key.pem", "PRIVATE KEY", keys.getPrivate().getEncoded());
        return old;
    }

    private record Run(int exit, String output) {}

    private static String secret(RenewalId id) {
        try (ReKeyPermission permission = IssuingUpdates.permissionFor(id)) {
            return new String(permission.secret(), StandardCharsets.US_ASCII);
        }
    }

    private Run ir(RenewalId id, String secret, String... more)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("-ref", id.toString(), "-secret", "pass:" + secret));
        arguments.addAll(List.of("-newkey", "next.pem", "-subject", SUBJECT));
        arguments.addAll(List.of(more));
        return cmp("ir", arguments);
    }

    private Run kur(String... more) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("-cert", "old.pem", "-key", "key.pem"));
        arguments.addAll(List.of("-trusted", "root.pem"));
        arguments.addAll(List.of(more));
        return cmp("kur", arguments);
    }

    private Run cmp(String kind, List<String> arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("openssl", "cmp", "-config", "", "-cmd", kind));
        command.addAll(List.of("-server", "127.0.0.1:" + server.getAddress().getPort()));
        command.addAll(List.of("-path", ".well-known/cmp", "-no_proxy", "127.0.0.1"));
        command.addAll(List.of("-certout", "new.pem"));
        command.addAll(arguments);
        Path output = dir.resolve("output");
        Process process =
                new ProcessBuilder(command)
                        .directory(dir.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "openssl does not end");
        return new Run(process.exitValue(), Files.readString(output));
    }

    private void pem(String name, String label, byte[] content) throws IOException {
        Files.writeString(
                dir.resolve(name),
                "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                        .formatted(
                                label,
                                Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                                        .encodeToString(content),
                                label));
    }

    private Certificate certificate(String name) throws IOException, CertificateException {
        byte[] content = Files.readAllBytes(dir.resolve(name));
        return Certificate.ofDer(
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(content))
                        .getEncoded());
    }
}
