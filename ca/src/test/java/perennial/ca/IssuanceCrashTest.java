// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static perennial.ca.Authorities.accepted;
import static perennial.ca.Authorities.first;
import static perennial.ca.Authorities.key;
import static perennial.ca.Authorities.renewal;

import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.ca.FailingDatabase.Loss;
import perennial.core.advice.Problem;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome.Rejection;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.core.certificate.RevocationReason;
import perennial.core.certificate.SerialNumber;
import perennial.core.crypto.KeyKind;

class IssuanceCrashTest {
    @TempDir Path folder;
    private final TickingClock clock = new TickingClock(Instant.parse("2026-03-01T00:00:00Z"));
    private final FailingDatabase database = new FailingDatabase(TestDatabase.fresh());

    @Test
    void cut_off_at_every_statement_a_repeat_gives_exactly_one_certificate() {
        LocalCa ca = Authorities.open(folder, database, clock);
        KeyPair key = key(1);
        database.mend();
        database.breakAt(Integer.MAX_VALUE, Loss.ANSWER);
        accepted(ca.issue(first(1, key)));
        int statements = database.statements();
        assertEquals(3, statements, "find, intend, store");

        int cuts = 0;
        for (Loss loss : Loss.values()) {
            for (int k = 1; k <= statements; k++) {
                cuts++;
                long transaction = 100L + cuts;
                afterACutThereIsOne(ca, first(transaction, key), k, loss);
            }
        }
        for (Loss loss : Loss.values()) {
            // A renewal also looks up the old certificate and its status.
            for (int k = 1; k <= statements + 2; k++) {
                cuts++;
                Certificate old = accepted(ca.issue(first(1000L + cuts, key)));
                CertificationRequest request = renewal(2000L + cuts, old);
                afterACutThereIsOne(ca, request, k, loss);
                assertEquals(
                        FailInfo.duplicateCertReq,
                        ((Rejection) ca.issue(renewal(3000L + cuts, old))).reason());
            }
        }
        assertEquals(16, cuts);
    }

    private void afterACutThereIsOne(LocalCa ca, CertificationRequest request, int k, Loss loss) {
        int before = Rows.count(database, "ca.certificate");
        database.breakAt(k, loss);
        CaException cut = assertThrows(CaException.class, () -> ca.issue(request));
        assertEquals(Problem.DATABASE_UNAVAILABLE, cut.problem());
        database.mend();

        // Another process takes over, an hour later.
        clock.advance(java.time.Duration.ofHours(1));
        LocalCa next = Authorities.open(folder, database, clock);
        Certificate certificate = accepted(next.issue(request));

        String where = "cut at statement %d, lost: %s".formatted(k, loss);
        assertEquals(certificate, accepted(next.issue(request)), where);
        assertEquals(before + 1, Rows.count(database, "ca.certificate"), where);
        assertEquals(before + 1, Rows.count(database, "ca.issuance_intent"), where);
        assertEquals(new CertStatus.Good(), next.status(certificate.id()), where);
        assertEquals(
                "good",
                Ocsp.status(
                        next.ocsp(Ocsp.request(next.chain().getFirst(), certificate)),
                        next.chain().getFirst()),
                where);
    }

    @Test
    void c2_a_profile_that_changed_between_intent_and_signature_does_not_change_the_certificate() {
        LocalCa ca = Authorities.open(folder, database, clock);
        CertificationRequest request = first(1, key(1));
        database.breakAt(3, Loss.STATEMENT);
        assertThrows(CaException.class, () -> ca.issue(request));
        database.mend();

        CaSettings settings =
                Authorities.settings(
                        folder, KeyKind.P_256, java.net.URI.create("http://elsewhere:2"));
        LocalCa changed = LocalCa.open(settings, database, clock, Authorities.seeded(9));
        Certificate certificate = accepted(changed.issue(request));

        assertTrue(certificate.x509().toString().contains("http://localhost:1"));
    }

    @Test
    void what_is_intended_and_not_stored_is_unknown_and_can_be_revoked() {
        LocalCa ca = Authorities.open(folder, database, clock);
        CertificationRequest request = first(1, key(1));
        database.breakAt(3, Loss.STATEMENT);
        assertThrows(CaException.class, () -> ca.issue(request));
        database.mend();
        List<CertificateId> intended = new ArrayList<>();
        for (SerialNumber serial : Rows.intendedOnly(database)) {
            intended.add(new CertificateId(ca.chain().getFirst().subject(), serial));
        }

        assertEquals(1, intended.size());
        assertEquals(new CertStatus.Unknown(), ca.status(intended.getFirst()));
        ca.revoke(intended.getFirst(), RevocationReason.KEY_COMPROMISE);
        assertEquals(FailInfo.certRevoked, ((Rejection) ca.issue(request)).reason());
    }

    @Test
    void altered_bytes_in_the_database_are_not_signed() {
        LocalCa ca = Authorities.open(folder, database, clock);
        CertificationRequest request = first(1, key(1));
        database.breakAt(3, Loss.STATEMENT);
        assertThrows(CaException.class, () -> ca.issue(request));
        database.mend();
        Rows.execute(
                database,
                """
                UPDATE ca.issuance_intent i SET tbs = (SELECT o.tbs FROM ca.issuance_intent o
                    WHERE o.profile = 'ocsp-responder') WHERE i.profile <> 'ocsp-responder'
                """);

        Rejection rejection = (Rejection) ca.issue(request);

        assertTrue(rejection.text().contains("subject is what was asked for"), rejection.text());
        assertTrue(rejection.text().contains("key is the requested one"), rejection.text());
    }
}
