// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import perennial.core.certificate.Certificate;
import perennial.protocol.http.BytesHandler;

/// The unmodified `openssl` of this machine in a folder of its own, and a server for it to speak
/// to.
final class OpensslCmp implements AutoCloseable {
    private static final Pattern FAILURE = Pattern.compile("PKIFailureInfo: ([A-Za-z0-9]+)");

    private final Path folder;
    private final HttpServer server;

    OpensslCmp(Path folder) {
        this.folder = folder;
        try {
            this.server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.start();
    }

    /// What came out of one call.
    ///
    /// @param certificate what it wrote to `new.pem`
    record Run(int exit, String output, Optional<Certificate> certificate) {
        /// The failInfo that it printed, or "-".
        String failInfo() {
            Matcher failure = FAILURE.matcher(output);
            return failure.find() ? failure.group(1) : "-";
        }
    }

    void mount(String path, BytesHandler handler) {
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

    /// `openssl cmp` against what is mounted at the path, believing `root.pem`.
    Run cmp(String path, String arguments) {
        List<String> command = new ArrayList<>();
        command.addAll(List.of("openssl", "cmp", "-config", "", "-batch"));
        command.addAll(
                List.of("-server", "127.0.0.1:" + server.getAddress().getPort(), "-path", path));
        command.addAll(List.of("-trusted", "root.pem", "-certout", "new.pem"));
        command.addAll(Arrays.asList(arguments.split(" ", -1)));
        return run(command);
    }

    Run openssl(String arguments) {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(Arrays.asList(arguments.split(" ", -1)));
        return run(command);
    }

    private Run run(List<String> command) {
        try {
            Path written = folder.resolve("new.pem");
            Files.deleteIfExists(written);
            Process process =
                    new ProcessBuilder(command)
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .start();
            process.getOutputStream().close();
            String text =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exit = process.waitFor();
            return new Run(
                    exit,
                    String.join(" ", command) + "\n" + text,
                    Files.exists(written) ? Optional.of(certificate("new.pem")) : Optional.empty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    Certificate certificate(String name) {
        try {
            return Certificate.ofDer(
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(
                                    new ByteArrayInputStream(
                                            Files.readAllBytes(folder.resolve(name))))
                            .getEncoded());
        } catch (IOException | CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    void pem(String name, Certificate certificate) {
        pem(name, "CERTIFICATE", certificate.der());
    }

    void pem(String name, KeyPair key) {
        pem(name, "PRIVATE KEY", key.getPrivate().getEncoded());
    }

    private void pem(String name, String label, byte[] der) {
        try {
            Files.writeString(
                    folder.resolve(name),
                    "-----BEGIN %s-----\n%s\n-----END %1$s-----\n"
                            .formatted(
                                    label,
                                    Base64.getMimeEncoder(64, new byte[] {'\n'})
                                            .encodeToString(der)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
