// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// OpenSSL, unmodified, against the demo: what it issued is accepted, and it renews by itself.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StandardsTest {
    @TempDir static Path folder;

    private static LauncherProcess demo;
    private static Path home;
    private static String portal;

    @BeforeAll
    static void a_demo_runs() throws Exception {
        home = folder.resolve("demo");
        demo =
                LauncherProcess.start(
                        cache(),
                        "demo",
                        "--keep",
                        home.toString(),
                        "--port",
                        "0",
                        "--agent-port",
                        "0");
        portal = demo.await(Pattern.compile("(http://localhost:\\d+)/renewal"));
        Shell.run(folder, "openssl", "genrsa", "-out", "soft.key", "2048");
        Shell.run(
                folder,
                "openssl",
                "req",
                "-new",
                "-key",
                "soft.key",
                "-subj",
                "/C=TW/O=Test/CN=soft",
                "-out",
                "soft.csr");
        LauncherProcess issue =
                LauncherProcess.start(
                        cache(),
                        "ca",
                        "issue",
                        "--csr",
                        folder.resolve("soft.csr").toString(),
                        "--home",
                        home.toString(),
                        "--out",
                        folder.resolve("soft.pem").toString());
        assertEquals(0, issue.exitCode(), issue.output());
        Files.copy(home.resolve("root.pem"), folder.resolve("root.pem"));
        Files.copy(home.resolve("issuing.pem"), folder.resolve("issuing.pem"));
    }

    static Map<String, String> cache() {
        return Map.of();
    }

    @AfterAll
    static void it_stops() {
        demo.close();
    }

    @Test
    @Order(1)
    void openssl_verifies_the_certificate_and_reads_its_extensions() throws Exception {
        assertTrue(verify("soft.pem").contains("soft.pem: OK"));
        String text = Shell.run(folder, "openssl", "x509", "-in", "soft.pem", "-noout", "-text");
        for (String expected :
                new String[] {
                    "X509v3 Key Usage: critical",
                    "Digital Signature",
                    "X509v3 Authority Key Identifier",
                    "X509v3 Subject Key Identifier",
                    portal + "/crl/issuing.crl",
                    "OCSP - URI:" + portal + "/ocsp",
                    portal + "/certs/issuing.cer",
                    "X509v3 Certificate Policies"
                }) {
            assertTrue(text.contains(expected), expected + " in\n" + text);
        }
    }

    @Test
    @Order(2)
    void openssl_asks_the_responder_and_is_told_good() throws Exception {
        String said =
                Shell.run(
                        folder,
                        "openssl",
                        "ocsp",
                        "-issuer",
                        "issuing.pem",
                        "-cert",
                        "soft.pem",
                        "-url",
                        portal + "/ocsp",
                        "-CAfile",
                        "root.pem",
                        "-verify_other",
                        "issuing.pem");
        assertTrue(said.contains("Response verify OK"), said);
        assertTrue(said.contains("soft.pem: good"), said);
    }

    @Test
    @Order(3)
    void openssl_accepts_the_revocation_list() throws Exception {
        try (InputStream in = URI.create(portal + "/crl/issuing.crl").toURL().openStream()) {
            Files.write(folder.resolve("issuing.crl"), in.readAllBytes());
        }
        String said =
                Shell.run(
                        folder,
                        "openssl",
                        "crl",
                        "-inform",
                        "DER",
                        "-in",
                        "issuing.crl",
                        "-noout",
                        "-text",
                        "-CAfile",
                        "issuing.pem",
                        "-verify");
        assertTrue(said.contains("verify OK"), said);
        assertTrue(said.contains("X509v3 CRL Number"), said);
    }

    @Test
    @Order(4)
    void openssl_cmp_renews_the_certificate_with_the_same_key() throws Exception {
        String said =
                Shell.run(
                        folder,
                        "openssl",
                        "cmp",
                        "-cmd",
                        "kur",
                        "-server",
                        portal.substring("http://".length()),
                        "-path",
                        ".well-known/cmp",
                        "-cert",
                        "soft.pem",
                        "-key",
                        "soft.key",
                        "-trusted",
                        "root.pem",
                        "-untrusted",
                        "issuing.pem",
                        "-certout",
                        "renewed.pem");
        assertTrue(said.contains("received"), said);
        assertTrue(verify("renewed.pem").contains("renewed.pem: OK"));
        assertEquals(
                Shell.run(folder, "openssl", "x509", "-in", "soft.pem", "-noout", "-pubkey"),
                Shell.run(folder, "openssl", "x509", "-in", "renewed.pem", "-noout", "-pubkey"));
        assertNotEquals(
                Shell.run(
                        folder,
                        "openssl",
                        "x509",
                        "-in",
                        "soft.pem",
                        "-noout",
                        "-serial",
                        "-enddate"),
                Shell.run(
                        folder,
                        "openssl",
                        "x509",
                        "-in",
                        "renewed.pem",
                        "-noout",
                        "-serial",
                        "-enddate"));
    }

    @Test
    @Order(5)
    void the_database_lets_nobody_in_without_its_password() throws Exception {
        String port = Files.readAllLines(home.resolve("postgres/postmaster.pid")).get(3).strip();
        SQLException refused =
                assertThrows(
                        SQLException.class,
                        () ->
                                DriverManager.getConnection(
                                                "jdbc:postgresql://127.0.0.1:%s/postgres"
                                                        .formatted(port),
                                                "postgres",
                                                "guessed")
                                        .close());
        assertEquals("28P01", refused.getSQLState(), "invalid_password");
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(home.resolve("postgres.password"))));
    }

    private static String verify(String certificate) throws Exception {
        return Shell.run(
                folder,
                "openssl",
                "verify",
                "-x509_strict",
                "-CAfile",
                "root.pem",
                "-untrusted",
                "issuing.pem",
                certificate);
    }
}
