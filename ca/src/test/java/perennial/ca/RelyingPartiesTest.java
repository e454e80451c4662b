// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static perennial.ca.Authorities.accepted;
import static perennial.ca.Authorities.first;
import static perennial.ca.Authorities.key;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.PKIXRevocationChecker.Option;
import java.security.cert.TrustAnchor;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.RevocationReason;
import perennial.core.crypto.KeyKind;
import perennial.protocol.http.BytesHandler;

/// What other people's programs make of our status: one card suspended and resumed, the other left
/// alone, under CRLs in two partitions.
class RelyingPartiesTest {
    @TempDir Path folder;
    private final HttpServer server = server();
    private final KeyPair keys = key(1);
    private final DataSource database = TestDatabase.fresh();
    private String base;
    private LocalCa ca;
    private Certificate suspended;
    private Certificate other;

    @BeforeEach
    void open() throws Exception {
        base = "http://127.0.0.1:" + server.getAddress().getPort();
        ca = open(Optional.empty());
        suspended = accepted(ca.issue(first(1, keys)));
        other = accepted(ca.issue(first(2, key(2))));
        mount("/ocsp", ca.ocspHandler());
        Pem.write(folder.resolve("issuing.pem"), ca.chain().subList(0, 1));
        Pem.write(folder.resolve("root.pem"), ca.chain().subList(1, 2));
        Pem.write(folder.resolve("chain.pem"), ca.chain());
        Pem.write(folder.resolve("suspended.pem"), List.of(suspended));
        Pem.write(folder.resolve("other.pem"), List.of(other));
    }

    private LocalCa open(Optional<Duration> deltaLife) {
        CaSettings settings =
                Authorities.settings(folder.resolve("ca"), KeyKind.P_256, URI.create(base));
        return LocalCa.open(
                new CaSettings(
                        settings.folder(),
                        settings.passphrase(),
                        settings.rootName(),
                        settings.issuingName(),
                        settings.keyKind(),
                        settings.publicBase(),
                        settings.profiles(),
                        new CrlPolicy(2, Duration.ofDays(1), deltaLife)),
                database,
                Clock.systemUTC(),
                new SecureRandom());
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private byte[] crl(String path) {
        BytesHandler.Answer answer =
                ca.crlHandler().handle(new BytesHandler.Request("GET", path, new byte[0]));
        assertEquals(200, answer.status(), path);
        return answer.body();
    }

    /// The path that stands in the certificate.
    private String crlPath(Certificate certificate, boolean delta) {
        return "/issuing-%d-of-2%s.crl"
                .formatted(
                        certificate.serialNumber().value().testBit(0) ? 1 : 0,
                        delta ? "-delta" : "");
    }

    private void crlFile(String name, byte[]... crls) throws IOException {
        StringBuilder pem = new StringBuilder();
        for (byte[] crl : crls) {
            pem.append(Pem.text("X509 CRL", crl));
        }
        Files.writeString(folder.resolve(name), pem);
    }

    @Test
    void openssl_follows_a_partition_and_its_delta() throws Exception {
        ca = open(Optional.of(Duration.ofHours(1)));
        crlFile("before.pem", crl(crlPath(suspended, false)));
        ca.revoke(suspended.id(), RevocationReason.CERTIFICATE_HOLD);
        byte[] full = crl(crlPath(suspended, false));
        crlFile("held.pem", full, crl(crlPath(suspended, true)));
        String verify =
                "openssl verify -crl_check -extended_crl -use_deltas -CAfile root.pem -untrusted"
                        + " issuing.pem -CRLfile ";

        assertEquals(0, run(verify + "before.pem suspended.pem").status());
        Output held = run(verify + "held.pem suspended.pem");
        assertTrue(held.text().contains("certificate revoked"), held.text());

        ca.revoke(suspended.id(), RevocationReason.REMOVE_FROM_CRL);
        crlFile("resumed.pem", full, crl(crlPath(suspended, true)));
        Output resumed = run(verify + "resumed.pem suspended.pem");
        assertEquals(0, resumed.status(), resumed.text());
        Output text = run("openssl crl -in resumed.pem -noout -text -CAfile chain.pem");
        assertTrue(text.text().contains("verify OK"), text.text());
        assertTrue(text.text().contains("X509v3 Issuing Distribution Point: critical"));
    }

    @Test
    void the_jdk_follows_crls_alone_and_ocsp_alone() throws Exception {
        for (boolean ocsp : new boolean[] {true, false}) {
            validate(suspended, ocsp);
            ca.revoke(suspended.id(), RevocationReason.CERTIFICATE_HOLD);
            assertThrows(CertPathValidatorException.class, () -> validate(suspended, ocsp));
            validate(other, ocsp);
            ca.revoke(suspended.id(), RevocationReason.REMOVE_FROM_CRL);
        }
    }

    private void validate(Certificate certificate, boolean ocsp) throws Exception {
        CertPath path =
                CertificateFactory.getInstance("X.509")
                        .generateCertPath(
                                List.of(certificate.x509(), ca.chain().getFirst().x509()));
        CertPathValidator validator = CertPathValidator.getInstance("PKIX");
        PKIXRevocationChecker checker = (PKIXRevocationChecker) validator.getRevocationChecker();
        Set<Option> options = EnumSet.of(Option.ONLY_END_ENTITY, Option.NO_FALLBACK);
        PKIXParameters parameters =
                new PKIXParameters(Set.of(new TrustAnchor(ca.chain().getLast().x509(), null)));
        if (!ocsp) {
            options.add(Option.PREFER_CRLS);
            parameters.addCertStore(
                    CertStore.getInstance(
                            "Collection",
                            new CollectionCertStoreParameters(
                                    List.of(Crls.verified(ca.crl(), ca.chain().getFirst())))));
        }
        checker.setOptions(options);
        parameters.addCertPathChecker(checker);
        validator.validate(path, parameters);
    }

    @Test
    void gnutls_follows_ocsp() throws Exception {
        String ask =
                "ocsptool --ask="
                        + base
                        + "/ocsp --load-cert suspended.pem --load-issuer issuing.pem --load-trust"
                        + " chain.pem";
        Output good = run(ask);
        assertTrue(good.text().contains("Certificate Status: good"), good.text());
        assertTrue(good.text().contains("Verifying OCSP Response: Success"), good.text());
        ca.revoke(suspended.id(), RevocationReason.CERTIFICATE_HOLD);
        Output held = run(ask);
        assertTrue(held.text().contains("Certificate Status: revoked"), held.text());
        ca.revoke(suspended.id(), RevocationReason.REMOVE_FROM_CRL);
        assertTrue(run(ask).text().contains("Certificate Status: good"));
    }

    @Test
    void nginx_lets_no_suspended_card_in() throws Exception {
        Files.writeString(
                folder.resolve("key.pem"), Pem.text("PRIVATE KEY", keys.getPrivate().getEncoded()));
        must(
                "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout"
                        + " server.key -out server.pem -days 2 -subj /CN=localhost -addext"
                        + " subjectAltName=IP:127.0.0.1");
        rootCrl();

        assertEquals("200", enter());
        ca.revoke(suspended.id(), RevocationReason.CERTIFICATE_HOLD);
        assertEquals("400", enter());
        ca.revoke(suspended.id(), RevocationReason.REMOVE_FROM_CRL);
        assertEquals("200", enter());
    }

    /// Nginx wants a CRL of every authority in the chain; the root's is made with openssl.
    private void rootCrl() throws Exception {
        must(
                "openssl pkcs12 -in ca/root.p12 -nodes -nocerts -out root.key -passin",
                "pass:correct horse");
        Files.writeString(folder.resolve("index"), "");
        Files.writeString(folder.resolve("number"), "01\n");
        Files.writeString(
                folder.resolve("root.cnf"),
                """
                [ca]
                default_ca = root
                [root]
                database = index
                crlnumber = number
                default_md = sha256
                default_crl_days = 30
                """);
        must(
                "openssl ca -config root.cnf -gencrl -keyfile root.key -cert root.pem -out"
                        + " root-crl.pem");
    }

    /// The status that nginx, started with the newest complete CRL, gives to the card's holder.
    private String enter() throws Exception {
        crlFile("issuing-crl.pem", ca.crl());
        Files.writeString(
                folder.resolve("crls.pem"),
                Files.readString(folder.resolve("issuing-crl.pem"))
                        + Files.readString(folder.resolve("root-crl.pem")));
        int port = freePort();
        Files.writeString(folder.resolve("nginx.conf"), nginxConf(port));
        Process nginx =
                new ProcessBuilder(
                                "/usr/sbin/nginx",
                                "-p",
                                folder.toString(),
                                "-e",
                                "error.log",
                                "-c",
                                folder.resolve("nginx.conf").toString())
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("nginx.out").toFile())
                        .start();
        try {
            awaitListening(port, nginx);
            return run("curl --silent --output page --write-out %{http_code} --cacert"
                            + " server.pem --key key.pem --cert suspended.pem"
                            + " https://127.0.0.1:"
                            + port
                            + "/")
                    .text();
        } finally {
            nginx.destroy();
            nginx.waitFor();
        }
    }

    private static String nginxConf(int port) {
        return """
        daemon off;
        master_process off;
        pid nginx.pid;
        events {}
        http {
          access_log off;
          client_body_temp_path body;
          proxy_temp_path proxy;
          fastcgi_temp_path fastcgi;
          uwsgi_temp_path uwsgi;
          scgi_temp_path scgi;
          server {
            listen 127.0.0.1:%d ssl;
            ssl_certificate server.pem;
            ssl_certificate_key server.key;
            ssl_client_certificate chain.pem;
            ssl_verify_client on;
            ssl_verify_depth 2;
            ssl_crl crls.pem;
            location / { return 200 "come in"; }
          }
        }
        """
                .formatted(port);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitListening(int port, Process nginx) throws Exception {
        Instant end = Instant.now().plusSeconds(30);
        while (true) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertTrue(socket.isConnected());
                return;
            } catch (IOException e) {
                assertTrue(
                        nginx.isAlive() && Instant.now().isBefore(end),
                        Files.readString(folder.resolve("nginx.out")));
                Thread.onSpinWait();
            }
        }
    }

    private void must(String command, String... more) throws Exception {
        Output output = run(command, more);
        assertEquals(0, output.status(), command + "\n" + output.text());
    }

    private record Output(int status, String text) {}

    private Output run(String command, String... more) throws Exception {
        List<String> words = new java.util.ArrayList<>(List.of(command.split(" ", -1)));
        words.addAll(List.of(more));
        Process process =
                new ProcessBuilder(words)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Output(process.waitFor(), text);
    }

    private void mount(String path, BytesHandler handler) {
        server.createContext(
                path,
                exchange -> {
                    String rest = exchange.getRequestURI().getRawPath().substring(path.length());
                    BytesHandler.Answer answer =
                            handler.handle(
                                    new BytesHandler.Request(
                                            exchange.getRequestMethod(),
                                            rest,
                                            exchange.getRequestBody().readAllBytes()));
                    exchange.getResponseHeaders().add("Content-Type", answer.contentType());
                    exchange.sendResponseHeaders(answer.status(), answer.body().length);
                    exchange.getResponseBody().write(answer.body());
                    exchange.close();
                });
    }

    private static HttpServer server() {
        try {
            HttpServer server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.start();
            return server;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
