// SPDX-License-Identifier: Apache-2.0
package perennial.cli.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.ca.LocalCa;
import perennial.ca.StandardProfiles;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.IssueOutcome;
import perennial.core.authority.ProofOfPossession;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.RevocationReason;
import perennial.protocol.est.EstEndpoint;

/// curl and openssl as an unmodified EST client, with the commands and the table of `docs/est.md`.
class EstTest {

    @TempDir private Path folder;

    /// So that what is issued then ends in a few days, by curl's clock too.
    private final Instant issue =
            Instant.now().atOffset(ZoneOffset.UTC).minusYears(5).plusDays(10).toInstant();

    private final AtomicReference<Instant> now = new AtomicReference<>(issue);
    private final Clock clock = ((InstantSource) now::get).withZone(ZoneOffset.UTC);
    private RunningAuthority authority;
    private TestPki pki;
    private LocalCa ca;

    @BeforeEach
    void start() {
        authority =
                new RunningAuthority(
                        folder,
                        clock,
                        List.of("ra"),
                        running ->
                                Map.of(
                                        "/.well-known/est",
                                        new Mount(
                                                new EstEndpoint(
                                                        Map.of(
                                                                "",
                                                                running.ca.est(
                                                                        StandardProfiles
                                                                                .SOFTWARE))),
                                                EstEndpoint.MAX_BODY)));
        pki = authority.pki;
        ca = authority.ca;
    }

    @AfterEach
    void stop() {
        authority.close();
    }

    @Test
    void the_commands_of_the_documentation_enrol_and_renew_a_holder() throws IOException {
        List<String> scripts = RunningAuthority.scripts("est.md");
        assertEquals(2, scripts.size());
        assertEquals("holder.pem: OK\n", lastLine(bash(scripts.getFirst())));
        intoTheWindow();
        assertEquals("renewed.pem: OK\n", lastLine(bash(scripts.getLast())));

        Certificate first = pki.certificate("holder");
        Certificate renewed = pki.certificate("renewed");
        assertEquals(first.subject(), renewed.subject());
        assertEquals(first.publicKey(), renewed.publicKey());
        assertEquals(
                first.validity().notAfter().atOffset(ZoneOffset.UTC).plusYears(5).toInstant(),
                renewed.validity().notAfter());

        bash(scripts.getLast());
        assertArrayEquals(renewed.der(), pki.certificate("renewed").der());
    }

    @Test
    void every_call_of_the_table_is_answered_as_the_table_says() throws IOException {
        Map<String, String> found = new LinkedHashMap<>();
        authority.enrol("holder", StandardProfiles.SOFTWARE);
        authority.enrol("suspended", StandardProfiles.SOFTWARE);
        authority.enrol("revoked", StandardProfiles.SOFTWARE);
        authority.enrol("elsewhere", StandardProfiles.SOFTWARE);
        requests();

        found.put("GET cacerts", call("", "cacerts"));
        found.put("GET csrattrs", call("", "csrattrs"));
        found.put("POST cacerts", call("-d x", "cacerts"));
        found.put("GET simpleenroll", call("", "simpleenroll"));
        found.put("GET nowhere", call("", "nowhere"));
        found.put("GET cacerts of an unknown label", call("", "other/cacerts"));
        found.put("POST fullcmc", call("-d x", "fullcmc"));
        found.put("POST serverkeygen", call("-d x", "serverkeygen"));
        enrolments(found);
        found.put("simplereenroll before the window", renew("holder", "holder"));
        intoTheWindow();
        found.put("simplereenroll in the window", renew("holder", "holder"));
        assertEquals(found.get("simplereenroll in the window"), renew("holder", "holder"));
        found.put("simplereenroll for another subject", renew("holder", "fresh"));
        found.put("simplereenroll with a subjectAltName", renew("holder", "named"));
        found.put("simplereenroll with another key", renew("suspended", "otherkey"));
        suspendAndRevoke();
        found.put("simplereenroll by a suspended certificate", renew("suspended", "suspended"));
        found.put("simplereenroll by a revoked certificate", renew("revoked", "revoked"));
        assertEquals("200 application/pkcs7-mime", renew("holder", "holder2"));
        renewElsewhere("elsewhere");
        found.put("simplereenroll after a renewal elsewhere", renew("elsewhere", "elsewhere"));

        assertEquals(table(), found);
    }

    private void enrolments(Map<String, String> found) throws IOException {
        found.put("simpleenroll by a registration authority", enrol("ra", "fresh", "pkcs10"));
        found.put("simpleenroll without a client certificate", enrol("", "fresh", "pkcs10"));
        found.put("simpleenroll by a holder", enrol("holder", "fresh", "pkcs10"));
        found.put("simpleenroll of another media type", enrol("ra", "fresh", "json"));
        Files.copy(pki.file("fresh.csr"), pki.file("pem.b64"));
        found.put("simpleenroll of PEM", enrol("ra", "pem", "pkcs10"));
        write("none", "no request".getBytes(StandardCharsets.UTF_8));
        found.put("simpleenroll of no request", enrol("ra", "none", "pkcs10"));
        byte[] forged = Base64.getMimeDecoder().decode(Files.readString(pki.file("fresh.b64")));
        forged[forged.length - 1] ^= 1;
        write("forged", forged);
        found.put("simpleenroll with a bad signature", enrol("ra", "forged", "pkcs10"));
        found.put("simpleenroll with a challengePassword", enrol("ra", "challenge", "pkcs10"));
        found.put("simpleenroll with a weak key", enrol("ra", "weak", "pkcs10"));
        write("long", new byte[EstEndpoint.MAX_BODY]);
        found.put("simpleenroll longer than 32 KiB", enrol("ra", "long", "pkcs10"));
    }

    /// Requests that a holder could make, each as `NAME.b64`.
    private void requests() throws IOException {
        String ec = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout %s.key ";
        request("fresh", ec.formatted("fresh") + "-subj /C=TW/O=selftest/CN=fresh");
        request("weak", "-newkey rsa:1024 -nodes -keyout weak.key -subj /C=TW/O=selftest/CN=weak");
        request("holder", "-key holder.key -subj /C=TW/O=selftest/CN=holder");
        request("holder2", "-key holder.key -subj /C=TW/O=selftest/CN=holder");
        request(
                "named",
                "-key holder.key -subj /C=TW/O=selftest/CN=holder"
                        + " -addext subjectAltName=email:a@example.test");
        request("otherkey", ec.formatted("otherkey") + "-subj /C=TW/O=selftest/CN=suspended");
        request("suspended", "-key suspended.key -subj /C=TW/O=selftest/CN=suspended");
        request("elsewhere", "-key elsewhere.key -subj /C=TW/O=selftest/CN=elsewhere");
        request("revoked", "-key revoked.key -subj /C=TW/O=selftest/CN=revoked");
        Files.writeString(
                pki.file("challenge.cnf"),
                """
                [req]
                distinguished_name = dn
                attributes = attributes
                prompt = no
                [dn]
                C = TW
                O = selftest
                CN = challenge
                [attributes]
                challengePassword = a-password
                """);
        request("challenge", ec.formatted("challenge") + "-config challenge.cnf");
    }

    private void request(String name, String options) throws IOException {
        TestPki.Output made = pki.run("openssl req -new %s -out %s.csr".formatted(options, name));
        assertEquals(0, made.code(), made.text());
        assertEquals(
                0,
                pki.run("openssl req -in %1$s.csr -outform DER -out %1$s.der".formatted(name))
                        .code());
        write(name, Files.readAllBytes(pki.file(name + ".der")));
    }

    private void write(String name, byte[] body) throws IOException {
        Files.write(pki.file(name + ".b64"), Base64.getMimeEncoder().encode(body));
    }

    private void suspendAndRevoke() {
        ca.revoke(pki.certificate("suspended").id(), RevocationReason.CERTIFICATE_HOLD);
        ca.revoke(pki.certificate("revoked").id(), RevocationReason.KEY_COMPROMISE);
    }

    private void renewElsewhere(String name) {
        Certificate old = pki.certificate(name);
        assertInstanceOf(
                IssueOutcome.Accepted.class,
                ca.issue(
                        new CertificationRequest(
                                UUID.randomUUID(),
                                StandardProfiles.SOFTWARE,
                                old.subject(),
                                old.publicKey(),
                                ProofOfPossession.SIGNATURE,
                                Optional.of(old),
                                Optional.empty())));
    }

    private void intoTheWindow() {
        now.set(issue.atOffset(ZoneOffset.UTC).plusYears(5).minusDays(10).toInstant());
    }

    private String enrol(String client, String request, String type) {
        return call(
                "%s -H Content-Type:application/%s --data-binary @%s.b64"
                        .formatted(shown(client), type, request),
                "simpleenroll");
    }

    private String renew(String client, String request) {
        return call(
                "%s -H Content-Type:application/pkcs10 --data-binary @%s.b64"
                        .formatted(shown(client), request),
                "simplereenroll");
    }

    private static String shown(String client) {
        return client.isEmpty() ? "" : "--cert %1$s.pem --key %1$s.key".formatted(client);
    }

    /// Status, then the media type of a success or the reason of a refusal with our code.
    private String call(String options, String operation) {
        List<String> words = new ArrayList<>(List.of("curl", "-sS", "--cacert", "ca.pem"));
        words.addAll(List.of(options.split(" ")));
        words.removeIf(String::isEmpty);
        words.add("-w");
        words.add("|%{http_code}|%{content_type}");
        words.add(est() + "/" + operation);
        String[] answer = pki.run(words.toArray(String[]::new)).text().split("\\|", -1);
        String status = answer[answer.length - 2];
        if (status.equals("200")) {
            return "200 " + answer[answer.length - 1].split(";", 2)[0];
        }
        var reason =
                java.util.regex.Pattern.compile("^([a-z][A-Za-z]+): ((R\\d\\d) )?")
                        .matcher(answer[0]);
        if (!reason.find()) {
            return status;
        }
        String code = reason.group(3);
        return "%s %s%s".formatted(status, reason.group(1), code == null ? "" : ": " + code);
    }

    private String est() {
        return authority.address() + "/.well-known/est";
    }

    private String bash(String script) throws IOException {
        return authority.bash("EST=" + est(), script);
    }

    private static String lastLine(String text) {
        return text.substring(text.lastIndexOf('\n', text.length() - 2) + 1);
    }

    private static Map<String, String> table() throws IOException {
        Map<String, String> rows = new LinkedHashMap<>();
        for (String line : RunningAuthority.documentation("est.md").split("\n")) {
            String[] cells = line.split(" \\| ");
            if (line.startsWith("| ") && cells.length == 2 && !line.contains("| call |")) {
                rows.put(cells[0].substring(2), cells[1].replaceAll(" \\|$", ""));
            }
        }
        assertTrue(rows.size() > 20, rows.toString());
        return rows;
    }
}
