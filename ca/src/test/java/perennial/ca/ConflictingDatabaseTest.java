// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static perennial.ca.Authorities.accepted;
import static perennial.ca.Authorities.first;
import static perennial.ca.Authorities.key;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.ca.FailingDatabase.Loss;
import perennial.core.advice.Problem;
import perennial.core.authority.CertificationRequest;
import perennial.core.certificate.Certificate;

/// A database that rolls statements back because others came first, as distributed ones do.
class ConflictingDatabaseTest {
    @TempDir Path folder;
    private final TickingClock clock = new TickingClock(Instant.parse("2026-03-01T00:00:00Z"));
    private final DataSource rows = TestDatabase.fresh();

    /// Rolls back as often as is left, before anything is written.
    private static FailingDatabase conflicting(DataSource rows, String state, AtomicInteger left) {
        return new FailingDatabase(
                rows,
                () -> {
                    if (left.getAndDecrement() > 0) {
                        throw new SQLException("could not serialize access", state);
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"40001", "40P01"})
    void c12_what_was_rolled_back_is_run_again_and_nothing_is_signed_twice(String state) {
        AtomicInteger left = new AtomicInteger();
        FailingDatabase database = conflicting(rows, state, left);
        LocalCa ca = Authorities.open(folder, database, clock);
        for (int statement = 1; statement <= 3; statement++) {
            int before = Rows.count(rows, "ca.certificate");
            left.set(3);
            database.breakAt(statement, Loss.STATEMENT);

            CertificationRequest request = first(statement, key(statement));
            Certificate certificate = accepted(ca.issue(request));

            assertEquals(certificate, accepted(ca.issue(request)));
            assertEquals(before + 1, Rows.count(rows, "ca.certificate"));
            assertEquals(before + 1, Rows.count(rows, "ca.issuance_intent"));
            database.mend();
        }
    }

    @Test
    void a_conflict_without_end_is_told_and_leaves_nothing() {
        AtomicInteger left = new AtomicInteger();
        FailingDatabase database = conflicting(rows, "40001", left);
        LocalCa ca = Authorities.open(folder, database, clock);
        int before = Rows.count(rows, "ca.issuance_intent");
        left.set(Integer.MAX_VALUE);
        database.breakAt(2, Loss.STATEMENT);

        CaException told = assertThrows(CaException.class, () -> ca.issue(first(1, key(1))));

        assertEquals(Problem.DATABASE_UNAVAILABLE, told.problem());
        assertEquals(before, Rows.count(rows, "ca.issuance_intent"));
    }
}
