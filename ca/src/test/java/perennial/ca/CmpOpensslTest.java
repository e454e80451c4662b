// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static perennial.ca.Authorities.accepted;
import static perennial.ca.Authorities.key;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Period;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import perennial.ca.OpensslCmp.Run;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.ProofOfPossession;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;
import perennial.core.renewal.RenewalKind;
import perennial.core.renewal.RenewalPolicy;
import perennial.protocol.cmp.SharedSecret;

/// The `openssl cmp` of this machine, unmodified, against the authority's own endpoint, one call
/// after the other. It has the system's clock, so the authority has it, too.
class CmpOpensslTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "cmp.md");
    private static final String BEGIN = "<!-- calls: begin -->\n";
    private static final String END = "<!-- calls: end -->\n";

    private static final X500Principal HOLDER = new X500Principal("CN=Holder,O=Test,C=TW");
    private static final X500Principal OTHER = new X500Principal("CN=Other,O=Test,C=TW");
    private static final X500Principal RA = new X500Principal("CN=RA,O=Test,C=TW");

    /// Who, with what, and what comes of it. `cmp` is an endpoint where holders may renew for years
    /// before expiry, `strict` one with the standard window.
    private static final String CALLS =
            """
            secret | cmp | -cmd ir -newkey next.key -subject /C=TW/O=Test/CN=Holder | certificate, confirmed
            secret | cmp | -cmd p10cr -csr next.csr | certificate, confirmed
            used secret | cmp | -cmd ir -newkey next.key -subject /C=TW/O=Test/CN=Holder | notAuthorized
            secret | cmp | -cmd ir -newkey next.key -subject /C=TW/O=Test/CN=Other | notAuthorized
            secret | cmp/p/software | -cmd ir -newkey next.key -subject /C=TW/O=Test/CN=Holder | unacceptedPolicy
            wrong secret | cmp | -cmd ir -newkey next.key -subject /C=TW/O=Test/CN=Holder | badMessageCheck
            unknown secret | cmp | -cmd ir -newkey next.key -subject /C=TW/O=Test/CN=Holder | signerNotTrusted
            nobody | cmp | -cmd cr -newkey next.key -subject /C=TW/O=Test/CN=Holder -unprotected_requests | badMessageCheck
            stranger | cmp | -cmd cr -newkey next.key -subject /C=TW/O=Test/CN=Holder | signerNotTrusted
            holder | cmp | -cmd ir -newkey next.key -subject /C=TW/O=Test/CN=Holder | notAuthorized
            holder | cmp | -cmd cr -newkey next.key -subject /C=TW/O=Test/CN=Holder | certificate, confirmed
            holder | cmp | -cmd cr -newkey next.key -subject /C=TW/O=Test/CN=Holder -implicit_confirm | certificate, implicitly confirmed
            holder | cmp | -cmd cr -newkey next.key -subject /C=TW/O=Test/CN=Holder -popo 0 | badPOP
            holder | cmp | -cmd cr -newkey next.key -subject /C=TW/O=Test/CN=Other | notAuthorized
            holder | cmp/p/software | -cmd cr -newkey next.key -subject /C=TW/O=Test/CN=Holder | notAuthorized
            holder | cmp/p/ocsp-responder | -cmd cr -newkey next.key -subject /C=TW/O=Test/CN=Holder | unacceptedPolicy
            holder | cmp | -cmd p10cr -csr next.csr | certificate, confirmed
            holder | strict | -cmd kur | badTime
            holder | cmp | -cmd kur -newkey next.key | badCertTemplate
            holder | cmp | -cmd kur -oldcert other.pem -newkey other.key | notAuthorized
            holder | cmp | -cmd rr -oldcert other.pem -revreason 1 | notAuthorized
            RA | cmp | -cmd rr -oldcert holder.pem -revreason 6 | accepted
            holder | cmp | -cmd kur | signerNotTrusted
            RA | cmp | -cmd rr -oldcert holder.pem -revreason 8 | accepted
            holder | cmp | -cmd kur | certificate, confirmed
            holder | cmp | -cmd kur | duplicateCertReq
            holder | cmp | -cmd genm -infotype caCerts | answered
            RA | cmp | -cmd cr -newkey next.key -subject /C=TW/O=Test/CN=Third -popo 0 | certificate, confirmed
            RA | cmp/p/software | -cmd cr -newkey next.key -subject /C=TW/O=Test/CN=Third | certificate, confirmed
            RA | cmp/p/registration-authority | -cmd cr -newkey next.key -subject /C=TW/O=Test/CN=Third | unacceptedPolicy
            RA | cmp | -cmd kur -oldcert other.pem -newkey other.pub -popo 0 | certificate, confirmed
            holder | cmp | -cmd rr -oldcert holder.pem -revreason 4 | accepted
            RA | cmp | -cmd rr -oldcert holder.pem -revreason 4 | accepted
            RA | cmp | -cmd rr -oldcert holder.pem -revreason 8 | certRevoked
            RA | cmp | -cmd rr -oldcert root.pem -revreason 4 | badCertId
            """;

    @TempDir Path folder;

    private LocalCa ca;
    private OpensslCmp openssl;
    private Certificate holder;

    @BeforeEach
    void open() throws IOException {
        openssl = new OpensslCmp(folder);
        ca = Authorities.open(folder.resolve("ca"), TestDatabase.fresh(), Clock.systemUTC());
        openssl.mount("/cmp", ca.cmpHandler(policy(Duration.ofDays(4000))));
        openssl.mount("/strict", ca.cmpHandler(policy(Duration.ofDays(30))));
        holder = issue(1, StandardProfiles.HOLDER_SIGNATURE, HOLDER, key(11));
        openssl.pem("root.pem", ca.chain().getLast());
        openssl.pem("holder.pem", holder);
        openssl.pem("holder.key", key(11));
        openssl.pem("other.pem", issue(2, StandardProfiles.HOLDER_SIGNATURE, OTHER, key(12)));
        openssl.pem("other.key", key(12));
        openssl.openssl("pkey -in other.key -pubout -out other.pub");
        openssl.pem("ra.pem", issue(3, StandardProfiles.REGISTRATION_AUTHORITY, RA, key(13)));
        openssl.pem("ra.key", key(13));
        openssl.pem("next.key", key(14));
        openssl.openssl("req -new -key next.key -out next.csr -subj /C=TW/O=Test/CN=Holder");
        openssl.openssl(
                "req -x509 -key next.key -out stranger.pem -subj /C=TW/O=Test/CN=Holder -days 9");
    }

    @AfterEach
    void stop() {
        openssl.close();
    }

    private static EnrolmentPolicy policy(Duration opens) {
        return new EnrolmentPolicy(
                List.of(),
                Set.of(StandardProfiles.HOLDER_SIGNATURE, StandardProfiles.SOFTWARE),
                StandardProfiles.HOLDER_SIGNATURE,
                Set.of(StandardProfiles.HOLDER_SIGNATURE),
                new RenewalPolicy(RenewalKind.RENEWAL, opens, Duration.ZERO, 3, Period.ofYears(30)),
                true,
                true,
                Duration.ofHours(1),
                EnrolmentPolicy.Unconfirmed.LEAVE);
    }

    /// One call as the table has it.
    private record Call(String who, String path, String arguments, String result) {
        static Call of(String line) {
            String[] cells = line.split(" \\| ", -1);
            return new Call(cells[0], cells[1], cells[2], cells[3]);
        }

        String row() {
            return "| %s | %s | `%s` | %s |\n".formatted(who, path, arguments, result);
        }
    }

    @Test
    void each_call_of_openssl_has_the_result_that_the_table_says() {
        Map<String, String> protection = protections();
        List<Executable> checks = new ArrayList<>();
        for (Call call : CALLS.lines().map(Call::of).toList()) {
            String by = protection.computeIfAbsent(call.who(), _ -> secret());
            if (call.who().equals("wrong secret")) {
                by += "x";
            }
            if (call.who().equals("secret")) {
                protection.put("used secret", by);
                protection.remove("secret");
            }
            Run run = openssl.cmp(call.path(), call.arguments() + " " + by);
            checks.add(() -> assertEquals(call.result(), result(run), run.output()));
        }
        assertAll(checks);

        assertInstanceOf(CertStatus.Revoked.class, ca.status(holder.id()));
    }

    /// `docs/cmp.md` has this table; run with `-Dperennial.write-docs` to write it anew.
    @Test
    void the_document_has_the_table_of_calls() throws IOException {
        StringBuilder table =
                new StringBuilder("| by | path | `openssl cmp` | result |\n|---|---|---|---|\n");
        CALLS.lines().map(Call::of).map(Call::row).forEach(table::append);
        String document = Files.readString(DOCUMENT);
        int from = document.indexOf(BEGIN) + BEGIN.length();
        int to = document.indexOf(END);
        if (System.getProperty("perennial.write-docs") != null) {
            Files.writeString(
                    DOCUMENT, document.substring(0, from) + table + document.substring(to));
            return;
        }

        assertEquals(table.toString(), document.substring(from, to));
    }

    private static Map<String, String> protections() {
        Map<String, String> protections = new HashMap<>();
        protections.put("holder", "-cert holder.pem -key holder.key");
        protections.put("nobody", "-cert holder.pem -key holder.key");
        protections.put("stranger", "-cert stranger.pem -key next.key -extracerts stranger.pem");
        protections.put("RA", "-cert ra.pem -key ra.key");
        protections.put("unknown secret", "-ref nobodys -secret pass:a-secret-that-nobody-has");
        return protections;
    }

    /// A fresh one for the holder.
    private String secret() {
        try (SharedSecret secret =
                ca.enrolmentSecret(
                        HOLDER, StandardProfiles.HOLDER_SIGNATURE, Duration.ofMinutes(5))) {
            return "-ref %s -secret pass:%s"
                    .formatted(
                            new String(secret.reference(), StandardCharsets.US_ASCII),
                            new String(secret.secret(), StandardCharsets.US_ASCII));
        }
    }

    private static String result(Run run) {
        if (run.exit() != 0) {
            return run.failInfo();
        }
        if (run.certificate().isPresent()) {
            return run.output().contains("PKICONF")
                    ? "certificate, confirmed"
                    : "certificate, implicitly confirmed";
        }
        return run.output().contains("revocation accepted") ? "accepted" : "answered";
    }

    private Certificate issue(
            long transaction, String profile, X500Principal subject, KeyPair key) {
        return accepted(
                ca.issue(
                        new CertificationRequest(
                                new UUID(7, transaction),
                                profile,
                                subject,
                                key.getPublic(),
                                ProofOfPossession.SIGNATURE,
                                Optional.empty(),
                                Optional.empty())));
    }
}
