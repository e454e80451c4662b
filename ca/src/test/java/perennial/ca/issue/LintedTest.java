// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.ca.StandardProfiles;
import perennial.ca.issue.lint.Lint;
import perennial.ca.issue.lint.LintGate;
import perennial.ca.issue.lint.Plan;
import perennial.ca.issue.lint.Specimen;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyKind;

class LintedTest {
    @TempDir Path folder;

    @Test
    void good_bytes_pass_and_can_be_taken_once() {
        Certificate issuer = Specimen.issuer(folder);
        Specimen good = specimen(issuer);

        Linted linted =
                assertInstanceOf(
                                Linted.Outcome.Clean.class,
                                Linted.check(
                                        good.tbs(),
                                        Specimen.gate(issuer),
                                        good.request(),
                                        good.plan()))
                        .linted();

        assertArrayEquals(good.tbs(), linted.take());
        assertThrows(IllegalStateException.class, linted::take);
    }

    /// What was intended by an older profile is still signed.
    @Test
    void c2_the_profile_is_looked_at_when_the_intent_is_written_and_not_again() {
        Certificate issuer = Specimen.issuer(folder);
        LintGate gate = Specimen.gate(issuer);
        Specimen good = specimen(issuer);
        Plan changed =
                new Plan(
                        StandardProfiles.all().getLast(),
                        good.plan().holder(),
                        good.plan().validity(),
                        good.plan().publicBase(),
                        good.plan().at());

        Linted.Outcome.Refused refused =
                assertInstanceOf(
                        Linted.Outcome.Refused.class,
                        Linted.check(good.tbs(), gate, good.request(), changed));
        assertEquals(
                List.of(
                        "extensions are the profile's, no more and no less",
                        "key usage is the profile's",
                        "extended key usages are the profile's, in its order",
                        "policies are the profile's, in its order"),
                refused.findings().stream().map(Lint.Finding::name).toList());
        assertInstanceOf(
                Linted.Outcome.Clean.class, Linted.checkAgain(good.tbs(), gate, good.request()));
    }

    private static Specimen specimen(Certificate issuer) {
        return Specimen.of(issuer, StandardProfiles.all().getFirst(), Specimen.key(KeyKind.P_256));
    }
}
