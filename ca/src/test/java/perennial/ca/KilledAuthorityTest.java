// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static perennial.ca.Authorities.accepted;
import static perennial.ca.Authorities.first;
import static perennial.ca.Authorities.key;
import static perennial.ca.Authorities.renewal;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.ca.FailingDatabase.Loss;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome.Rejection;
import perennial.core.authority.RevocationRequest;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.RevocationReason;

/// A process with the authority in it is killed (SIGKILL) before and after every statement that it
/// sends to PostgreSQL, so also between signature and store; another process goes on.
class KilledAuthorityTest {
    private static final int NEVER = 1_000_000;

    @TempDir Path folder;
    private final DataSource database = TestDatabase.fresh();
    private final Clock clock = Clock.fixed(AuthorityVictim.NOW, ZoneOffset.UTC);
    private LocalCa survivor;
    private long transactions;

    @BeforeEach
    void openAnotherAuthority() {
        survivor = AuthorityVictim.open(folder, database, clock);
    }

    /// What a victim was asked to do.
    private record Order(String what, long transaction, Path certificate) {}

    @Test
    void r1_r2_c3_c4_killed_anywhere_while_issuing_there_is_one_certificate_known_and_counted_once()
            throws Exception {
        Order whole = new Order("issue", next(), file(fresh()));
        int statements = statements(whole);
        assertTrue(statements >= 3, "at least find, intend, store; got " + statements);
        for (int k = 1; k <= statements; k++) {
            for (Loss loss : Loss.values()) {
                Order order = new Order("issue", next(), whole.certificate());
                kill(order, k, loss);
                goesOn(order, k, loss);
            }
        }
    }

    @Test
    void r1_r2_r5_c2_killed_anywhere_while_renewing_it_is_renewed_once() throws Exception {
        int statements = statements(new Order("renew", next(), file(fresh())));
        assertTrue(statements >= 5, "finds the old one and its status too; got " + statements);
        for (int k = 1; k <= statements; k++) {
            for (Loss loss : Loss.values()) {
                Certificate old = fresh();
                Order order = new Order("renew", next(), file(old));
                kill(order, k, loss);
                goesOn(order, k, loss);
                Rejection second =
                        assertInstanceOf(Rejection.class, survivor.issue(renewal(next(), old)));
                assertEquals(FailInfo.duplicateCertReq, second.reason());
                assertEquals(new CertStatus.Good(), survivor.status(old.id()), "the old one");
            }
        }
    }

    @Test
    void killed_anywhere_while_revoking_a_repeat_ends_revoked_once() throws Exception {
        int statements = statements(new Order("revoke", 0, file(fresh())));
        for (int k = 1; k <= statements; k++) {
            for (Loss loss : Loss.values()) {
                Certificate certificate = fresh();
                kill(new Order("revoke", 0, file(certificate)), k, loss);
                survivor.revoke(
                        RevocationRequest.of(certificate.id(), RevocationReason.KEY_COMPROMISE));
                assertEquals(
                        new CertStatus.Revoked(
                                AuthorityVictim.NOW, RevocationReason.KEY_COMPROMISE),
                        survivor.status(certificate.id()),
                        "cut at statement %d, lost: %s".formatted(k, loss));
            }
        }
    }

    private void goesOn(Order order, int k, Loss loss) throws IOException {
        String where = "%s cut at statement %d, lost: %s".formatted(order.what(), k, loss);
        Certificate given = Certificate.ofDer(Files.readAllBytes(order.certificate()));
        int issuedBefore = issued();
        var request =
                AuthorityVictim.request(order.what(), new UUID(0, order.transaction()), given);
        Certificate certificate = accepted(survivor.issue(request));

        assertEquals(certificate, accepted(survivor.issue(request)), where);
        assertEquals(1, of(order.transaction()), where);
        assertTrue(issued() - issuedBefore <= 1, where);
        assertEquals(Rows.count(database, "ca.certificate"), issued(), where);
        assertEquals(0, Rows.intendedOnly(database).size(), where);
        assertEquals(
                "good",
                Ocsp.status(
                        survivor.ocsp(Ocsp.request(survivor.chain().getFirst(), certificate)),
                        survivor.chain().getFirst()),
                where);
    }

    private int issued() {
        return Rows.count(database, "ca.certificate_status WHERE issued_at IS NOT NULL");
    }

    private int of(long transaction) {
        return Rows.count(
                database,
                "ca.issuance_intent WHERE transaction_id = '%s'"
                        .formatted(new UUID(0, transaction)));
    }

    private long next() {
        return ++transactions;
    }

    private Certificate fresh() {
        long transaction = next();
        return accepted(survivor.issue(first(transaction, key(transaction))));
    }

    private Path file(Certificate certificate) throws IOException {
        Path file = folder.resolve(certificate.serialNumber() + ".cer");
        return Files.write(file, certificate.der());
    }

    /// How many statements the order takes when nobody disturbs it.
    private int statements(Order order) throws Exception {
        try (Victim victim = new Victim(order, NEVER, Loss.STATEMENT)) {
            String said = victim.said();
            assertTrue(said.startsWith(AuthorityVictim.DONE), said);
            return Integer.parseInt(said.split(" ")[1]);
        }
    }

    private void kill(Order order, int statement, Loss loss) throws Exception {
        try (Victim victim = new Victim(order, statement, loss)) {
            assertEquals(AuthorityVictim.STOPPED, victim.said());
        }
    }

    /// The other process; closing it is SIGKILL.
    private final class Victim implements AutoCloseable {
        private final Process process;

        Victim(Order order, int statement, Loss loss) throws IOException {
            List<String> command =
                    new ArrayList<>(
                            List.of(
                                    ProcessHandle.current().info().command().orElse("java"),
                                    "-XX:TieredStopAtLevel=1",
                                    "-XX:+UseSerialGC",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    AuthorityVictim.class.getName()));
            command.addAll(
                    List.of(
                            TestDatabase.address(database),
                            folder.toString(),
                            order.what(),
                            Long.toString(order.transaction()),
                            order.certificate().toString(),
                            Integer.toString(statement),
                            loss.name()));
            process =
                    new ProcessBuilder(command)
                            .redirectError(folder.resolve("victim.log").toFile())
                            .start();
        }

        /// The first line that is the victim's own.
        String said() throws IOException {
            BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
            String line = out.readLine();
            while (line != null
                    && !line.startsWith(AuthorityVictim.STOPPED)
                    && !line.startsWith(AuthorityVictim.DONE)) {
                line = out.readLine();
            }
            return line == null
                    ? "nothing, but: " + Files.readString(folder.resolve("victim.log"))
                    : line;
        }

        @Override
        public void close() {
            process.destroyForcibly().onExit().orTimeout(30, TimeUnit.SECONDS).join();
        }
    }
}
