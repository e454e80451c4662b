// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static perennial.ca.Authorities.accepted;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import perennial.core.advice.Problem;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.ProofOfPossession;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.RevocationReason;
import perennial.core.crypto.KeyKind;
import perennial.protocol.http.BytesHandler;

/// What an authority of ours says, as the real openssl understands it.
class OpensslTest {
    @TempDir Path folder;
    private final HttpServer server = server();

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @ParameterizedTest
    @EnumSource(
            value = KeyKind.class,
            names = {"RSA_2048", "RSA_PSS_2048", "P_256", "P_384", "ED25519"})
    void openssl_accepts_certificates_status_and_crl(KeyKind kind) throws Exception {
        URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        LocalCa ca =
                LocalCa.open(
                        Authorities.settings(folder.resolve("ca"), kind, base),
                        TestDatabase.fresh(),
                        Clock.systemUTC(),
                        new java.security.SecureRandom());
        mount("/ocsp", ca.ocspHandler());
        Certificate holder = accepted(ca.issue(request(kind)));
        Certificate next = accepted(ca.issue(renewal(holder)));
        pem("root.pem", ca.chain().getLast());
        pem("issuing.pem", ca.chain().getFirst());
        Files.writeString(
                folder.resolve("chain.pem"),
                Files.readString(folder.resolve("issuing.pem"))
                        + Files.readString(folder.resolve("root.pem")));
        pem("holder.pem", holder);
        pem("next.pem", next);

        for (String name : List.of("holder.pem", "next.pem")) {
            assertTrue(
                    run("openssl verify -x509_strict -CAfile root.pem -untrusted issuing.pem "
                                    + name)
                            .contains(name + ": OK"));
        }
        String text = run("openssl x509 -in holder.pem -noout -text -nameopt utf8");
        assertTrue(text.contains("X509v3 Key Usage: critical"), text);
        assertTrue(text.contains("OCSP - URI:" + base + "/ocsp"), text);
        assertTrue(text.contains("CA Issuers - URI:" + base + "/certs/issuing.cer"), text);
        assertTrue(text.contains("URI:" + base + "/crl/issuing.crl"), text);
        assertTrue(text.contains("Policy: 2.999.1.3"), text);
        assertTrue(text.contains("測試人"), text);

        String ask =
                "openssl ocsp -issuer issuing.pem -CAfile chain.pem"
                        + " -cert holder.pem -url "
                        + base
                        + "/ocsp";
        assertTrue(run(ask).contains("holder.pem: good"));
        assertTrue(run(ask).contains("Response verify OK"));
        assertTrue(run(ask.replace("-cert", "-sha256 -cert")).contains("holder.pem: good"));

        assertTrue(crl(ca).contains("No Revoked Certificates."));
        ca.revoke(holder.id(), RevocationReason.SUPERSEDED);
        assertTrue(run(ask).contains("holder.pem: revoked"));
        assertTrue(run(ask).contains("Reason: superseded"));
        String crl = crl(ca);
        assertTrue(crl.contains("verify OK"), crl);
        assertTrue(crl.contains("Serial Number: " + holder.serialNumber().hex()), crl);
        String checked =
                fails(
                        "openssl verify -crl_check -CRLfile crl.pem -CAfile root.pem"
                                + " -untrusted issuing.pem holder.pem");
        assertTrue(checked.contains("certificate revoked"), checked);
        run(
                "openssl verify -crl_check -CRLfile crl.pem -CAfile root.pem"
                        + " -untrusted issuing.pem next.pem");
    }

    private String crl(LocalCa ca) throws IOException, InterruptedException {
        Files.write(folder.resolve("crl.der"), ca.crl());
        run("openssl crl -inform DER -in crl.der -out crl.pem");
        return run("openssl crl -in crl.pem -noout -text -CAfile chain.pem");
    }

    /// Keys and requests as a person makes them with openssl.
    private CertificationRequest request(KeyKind kind) throws IOException, InterruptedException {
        String algorithm =
                switch (kind.family()) {
                    case EC -> "EC -pkeyopt ec_paramgen_curve:" + kind.text();
                    case ED25519 -> "ed25519";
                    case RSA, RSA_PSS, ML_DSA -> "RSA -pkeyopt rsa_keygen_bits:2048";
                };
        run("openssl genpkey -algorithm " + algorithm + " -out key.pem");
        run("openssl req -new -key key.pem -utf8 -subj /C=TW/CN=測試人 -out request.pem");
        byte[] pem = Files.readAllBytes(folder.resolve("request.pem"));
        CertificationRequest request =
                Pkcs10.read(
                        pem, new UUID(1, 1), StandardProfiles.HOLDER_SIGNATURE, Optional.empty());
        run("openssl req -in request.pem -outform DER -out request.der");
        byte[] der = Files.readAllBytes(folder.resolve("request.der"));
        assertEquals(
                request,
                Pkcs10.read(
                        der, new UUID(1, 1), StandardProfiles.HOLDER_SIGNATURE, Optional.empty()));
        der[der.length / 3] ^= 1;
        CaException refused =
                assertThrows(
                        CaException.class,
                        () -> Pkcs10.read(der, new UUID(1, 1), "software", Optional.empty()));
        assertEquals(Problem.REQUEST_INVALID, refused.problem());
        return request;
    }

    private static CertificationRequest renewal(Certificate old) {
        return new CertificationRequest(
                new UUID(1, 2),
                StandardProfiles.HOLDER_SIGNATURE,
                old.subject(),
                old.publicKey(),
                ProofOfPossession.SIGNATURE,
                Optional.of(old),
                Optional.empty());
    }

    private void pem(String name, Certificate certificate) throws IOException {
        Files.writeString(
                folder.resolve(name),
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'})
                                .encodeToString(certificate.der())
                        + "\n-----END CERTIFICATE-----\n");
    }

    private String run(String command) throws IOException, InterruptedException {
        Output output = start(command);
        assertEquals(0, output.status(), command + "\n" + output.text());
        return output.text();
    }

    private String fails(String command) throws IOException, InterruptedException {
        Output output = start(command);
        assertTrue(output.status() != 0, command + "\n" + output.text());
        return output.text();
    }

    private record Output(int status, String text) {}

    private Output start(String command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(words(command))
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Output(process.waitFor(), text);
    }

    private static List<String> words(String command) {
        return new ArrayList<>(Arrays.asList(command.split(" ", -1)));
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
                    answer.headers()
                            .forEach((name, value) ->
                                    exchange.getResponseHeaders().add(name, value));
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
