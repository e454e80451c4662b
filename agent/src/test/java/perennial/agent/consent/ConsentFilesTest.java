// SPDX-License-Identifier: Apache-2.0
package perennial.agent.consent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.agent.AgentException;
import perennial.agent.consent.Consented.Source;
import perennial.agent.files.OwnerOnly;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;

/// The lists are signed by OpenSSL, as an operator would.
class ConsentFilesTest {
    private static final Origin LISTED = new Origin("https://listed.example");
    private static final Origin LEGACY = new Origin("https://legacy.example:8443");
    private static final Origin OWN = new Origin("http://own.example");
    private static final Instant ISSUED = Instant.parse("2026-03-01T00:00:00Z");
    private static final String LIST =
            """
            perennial origins 1
            issued 2026-03-01T00:00:00Z

            # the old land register
            allow https://listed.example
            allow https://legacy.example:8443 may-bring-pin
            """;

    @TempDir private static Path pki;

    private @TempDir Path home;
    private Clock clock;

    @BeforeAll
    static void an_authority_has_a_registration_authority_and_a_holder() throws Exception {
        openssl(
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30"
                        + " -subj /CN=Root -keyout root.key -out root.pem");
        openssl(
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30"
                        + " -subj /CN=Other -keyout other.key -out other.pem");
        issued("ra", "root", "extendedKeyUsage=1.3.6.1.5.5.7.3.28");
        issued("holder", "root", "extendedKeyUsage=clientAuth");
        issued("plain", "root", "subjectKeyIdentifier=hash");
        issued("stranger", "other", "extendedKeyUsage=1.3.6.1.5.5.7.3.28");
    }

    private static void issued(String name, String by, String extension) throws Exception {
        Files.writeString(
                pki.resolve(name + ".ext"), "keyUsage=critical,digitalSignature\n" + extension);
        openssl(
                "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=%s -keyout %s.key -out %s.csr"
                        .formatted(name, name, name));
        openssl(
                "x509 -req -in %s.csr -CA %s.pem -CAkey %s.key -days 20 -extfile %s.ext -out %s.pem"
                        .formatted(name, by, by, name, name));
        openssl("x509 -in %s.pem -outform DER -out %s.der".formatted(by, by));
    }

    private static void openssl(String arguments) throws IOException, InterruptedException {
        Process openssl =
                new ProcessBuilder(
                                Stream.concat(Stream.of("openssl"), Stream.of(arguments.split(" ")))
                                        .toList())
                        .directory(pki.toFile())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(openssl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, openssl.waitFor(), said);
    }

    @BeforeEach
    void now() {
        clock = Clock.systemUTC();
    }

    private void list(String text, String signer) throws Exception {
        Path content = pki.resolve("origins.txt");
        Files.writeString(content, text);
        openssl(
                "cms -sign -binary -nodetach -md sha256 -outform DER -in origins.txt"
                        + " -signer %s.pem -inkey %s.key -out %s"
                                .formatted(signer, signer, home.resolve("origins.p7m")));
    }

    private ConsentFiles consents() {
        try {
            return new ConsentFiles(
                    home,
                    List.of(Certificate.ofDer(Files.readAllBytes(pki.resolve("root.der")))),
                    clock);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void without_a_file_nobody_is_allowed() {
        assertFalse(consents().allows(OWN));
        assertEquals(List.of(), consents().all());
    }

    @Test
    void what_the_holder_allows_holds_also_after_a_restart_until_it_is_revoked() {
        consents().allow(OWN);
        assertTrue(consents().allows(OWN));
        assertFalse(consents().mayBringPin(OWN));
        assertFalse(consents().allows(new Origin("https://own.example")), "another scheme");
        assertFalse(consents().allows(new Origin("http://own.example:8080")), "another port");
        assertFalse(consents().allows(new Origin("http://www.own.example")), "another host");
        Consented said = consents().all().getFirst();
        assertEquals(Source.HOLDER, said.source());
        assertTrue(Duration.between(said.since(), clock.instant()).toDays() < 1);
        consents().revoke(OWN);
        assertFalse(consents().allows(OWN));
        assertEquals(List.of(), consents().all());
    }

    @Test
    void the_operators_list_is_used_with_openssls_signature() throws Exception {
        list(LIST, "ra");
        ConsentFiles consents = consents();
        assertTrue(consents.allows(LISTED));
        assertFalse(consents.mayBringPin(LISTED));
        assertTrue(consents.mayBringPin(LEGACY));
        assertFalse(consents.allows(OWN));
        assertEquals(
                List.of(
                        new Consented(LEGACY, Source.OPERATOR, ISSUED, true, false),
                        new Consented(LISTED, Source.OPERATOR, ISSUED, false, false)),
                consents.all());
    }

    @Test
    void the_holder_may_revoke_what_the_operator_allows_and_take_it_back() throws Exception {
        list(LIST, "ra");
        consents().revoke(LEGACY);
        assertFalse(consents().allows(LEGACY));
        assertFalse(consents().mayBringPin(LEGACY));
        assertEquals(
                new Consented(LEGACY, Source.OPERATOR, ISSUED, true, true),
                consents().all().getFirst());
        consents().allow(LEGACY);
        assertTrue(consents().mayBringPin(LEGACY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"holder", "plain", "stranger", "other", "root"})
    void a_list_that_no_registration_authority_signed_allows_nobody(String signer)
            throws Exception {
        list(LIST, signer);
        assertFalse(consents().allows(LISTED));
        assertEquals(List.of(), consents().all());
    }

    @Test
    void a_list_changed_in_one_octet_allows_nobody() throws Exception {
        list(LIST, "ra");
        Path file = home.resolve("origins.p7m");
        byte[] signed = Files.readAllBytes(file);
        int at = new String(signed, StandardCharsets.ISO_8859_1).indexOf("listed.example");
        signed[at] ^= 1;
        Files.write(file, signed);
        assertEquals(List.of(), consents().all());
    }

    @Test
    void a_list_whose_signers_certificate_has_expired_allows_nobody() throws Exception {
        list(LIST, "ra");
        assertTrue(consents().allows(LISTED));
        clock = Clock.fixed(clock.instant().plus(Duration.ofDays(25)), ZoneOffset.UTC);
        assertFalse(consents().allows(LISTED));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "perennial origins 1",
                "perennial origins 2\nissued 2026-03-01T00:00:00Z\nallow https://listed.example",
                "perennial origins 1\nissued yesterday\nallow https://listed.example",
                "perennial origins 1\nissued 2026-03-01T00:00:00Z\nallow listed.example",
                "perennial origins 1\nissued 2026-03-01T00:00:00Z\nallow https://*.example",
                """
                perennial origins 1
                issued 2026-03-01T00:00:00Z
                allow https://listed.example pin\
                """,
                "perennial origins 1\nissued 2026-03-01T00:00:00Z\ndeny https://listed.example"
            })
    void a_list_that_is_not_understood_allows_nobody(String text) throws Exception {
        list(text, "ra");
        assertEquals(List.of(), consents().all());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "allow http://own.example",
                "allow own.example 2026-03-01T00:00:00Z",
                "allow http://own.example now",
                "x"
            })
    void a_holders_file_that_is_not_understood_allows_nobody_and_is_not_written_over(String text)
            throws IOException {
        Path file = home.resolve("origins");
        Files.writeString(file, text);
        assertFalse(consents().allows(OWN));
        AgentException refused = assertThrows(AgentException.class, () -> consents().allow(OWN));
        assertEquals(Problem.CONFIGURATION_INVALID, refused.problem());
        assertEquals(text, Files.readString(file));
    }

    @Test
    void the_holders_file_is_the_owners_alone_and_keeps_its_old_text_when_it_cannot_be_written()
            throws IOException {
        consents().allow(OWN);
        Path file = home.resolve("origins");
        if (OwnerOnly.known()) {
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        }
        Files.createDirectories(home.resolve("origins.begin").resolve("in the way"));
        AgentException refused = assertThrows(AgentException.class, () -> consents().revoke(OWN));
        assertEquals(Problem.JOURNAL_NOT_WRITABLE, refused.problem());
        assertTrue(consents().allows(OWN));
    }

    @Test
    void the_dialect_is_on_until_it_is_turned_off_or_nobody_knows() throws IOException {
        assertTrue(new DialectFile(home).on());
        new DialectFile(home).turn(false);
        assertFalse(new DialectFile(home).on());
        new DialectFile(home).turn(true);
        assertTrue(new DialectFile(home).on());
        Files.writeString(home.resolve("dialect"), "perhaps");
        assertFalse(new DialectFile(home).on());
    }
}
