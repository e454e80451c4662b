// SPDX-License-Identifier: Apache-2.0
package perennial.cli.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import perennial.ca.CaSettings;
import perennial.ca.LocalCa;
import perennial.ca.Passphrase;
import perennial.ca.Pkcs10;
import perennial.ca.StandardProfiles;
import perennial.cli.EmbeddedDatabase;
import perennial.core.authority.IssueOutcome;
import perennial.core.crypto.KeyKind;

/// An authority with a database behind a TLS listener, and clients with certificates of it.
final class RunningAuthority implements AutoCloseable {
    final TestPki pki;
    final LocalCa ca;
    private final Path folder;
    private final EmbeddedDatabase database;
    private final Passphrase passphrase = new Passphrase("passphrase".toCharArray());
    private final AuthorityServer server;

    /// @param clients enrolled as registration authorities before the server starts
    /// @param mounts of the TLS listener
    RunningAuthority(
            Path folder,
            Clock clock,
            List<String> clients,
            Function<RunningAuthority, Map<String, Mount>> mounts) {
        this.folder = folder;
        database = EmbeddedDatabase.start(folder.resolve("database"));
        ca =
                LocalCa.open(
                        new CaSettings(
                                folder.resolve("ca"),
                                passphrase,
                                "CN=Root,O=selftest,C=TW",
                                "CN=Issuing,O=selftest,C=TW",
                                KeyKind.P_256,
                                URI.create("http://localhost:1"),
                                StandardProfiles.all()),
                        database.dataSource(),
                        clock,
                        new SecureRandom());
        pki = new TestPki(folder);
        pki.issue("server", "subjectAltName=IP:127.0.0.1");
        clients.forEach(client -> enrol(client, StandardProfiles.REGISTRATION_AUTHORITY));
        TlsSettings tls =
                new TlsSettings(
                        new Pkcs12Credential(pki.file("server.p12"), passphrase, Clock.systemUTC()),
                        ca.chain(),
                        clock);
        server =
                AuthorityServer.start(
                        List.of(
                                new ServerListener(
                                        "127.0.0.1", 0, Optional.of(tls), mounts.apply(this))),
                        new AuthorityServer.Limits(
                                100, Duration.ofMinutes(2), Duration.ofSeconds(20)));
    }

    URI address() {
        return server.addresses().getFirst();
    }

    /// A key and a certificate, as `NAME.key` and `NAME.pem`, by no protocol.
    void enrol(String name, String profile) {
        TestPki.Output made =
                pki.run(
                        "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout %1$s.key -subj /C=TW/O=selftest/CN=%1$s -out %1$s.csr"
                                .formatted(name));
        assertEquals(0, made.code(), made.text());
        try {
            IssueOutcome.Accepted accepted =
                    (IssueOutcome.Accepted)
                            ca.issue(
                                    Pkcs10.read(
                                            Files.readAllBytes(pki.file(name + ".csr")),
                                            UUID.randomUUID(),
                                            profile,
                                            Optional.empty()));
            Files.writeString(
                    pki.file(name + ".pem"),
                    "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
                            .formatted(
                                    Base64.getMimeEncoder()
                                            .encodeToString(accepted.certificate().der())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Runs a script as the documentation has it.
    ///
    /// @param variable its first line
    String bash(String variable, String script) throws IOException {
        Files.copy(pki.file("ca.pem"), pki.file("server.pem"), StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(
                folder.resolve("script"), "set -euo pipefail\n%s\n%s".formatted(variable, script));
        TestPki.Output output = pki.run("bash script");
        assertEquals(0, output.code(), output.text());
        return output.text();
    }

    /// The shell scripts of a document.
    static List<String> scripts(String document) throws IOException {
        List<String> scripts = new ArrayList<>();
        String[] parts = documentation(document).split("```bash\n");
        for (int i = 1; i < parts.length; i++) {
            scripts.add(parts[i].substring(0, parts[i].indexOf("\n```") + 1));
        }
        return scripts;
    }

    static String documentation(String document) throws IOException {
        return Files.readString(Path.of("..", "docs", document));
    }

    @Override
    public void close() {
        server.close();
        passphrase.close();
        database.close();
    }
}
