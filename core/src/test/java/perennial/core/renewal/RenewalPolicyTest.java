// SPDX-License-Identifier: Apache-2.0
package perennial.core.renewal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perennial.core.certificate.Validity;

class RenewalPolicyTest {
    private static final Instant START = Instant.parse("2021-06-10T00:00:00Z");
    private static final Instant END = Instant.parse("2026-06-10T00:00:00Z");
    private static final Validity VALIDITY = new Validity(START, END);

    @ParameterizedTest(name = "{0} days before and {1} after expiry, at {2}: {3}")
    @CsvSource({
        "30, 0,    2026-05-10T23:59:59Z, TooEarly",
        "30, 0,    2026-05-11T00:00:00Z, Open",
        "30, 0,    2026-06-10T00:00:00Z, Open",
        "30, 0,    2026-06-10T00:00:01Z, TooLate",
        "60, 1095, 2026-04-11T00:00:00Z, Open",
        "60, 1095, 2026-04-10T23:59:59Z, TooEarly",
        "60, 1095, 2029-06-09T00:00:00Z, Open",
        "60, 1095, 2029-06-09T00:00:01Z, TooLate",
    })
    void the_window_is_the_policys_and_both_its_ends_lie_inside(
            long before, long after, Instant now, String expected) {
        RenewalPolicy policy =
                new RenewalPolicy(
                        RenewalKind.RENEWAL,
                        Duration.ofDays(before),
                        Duration.ofDays(after),
                        1,
                        Period.ofYears(10));
        assertEquals(
                expected, policy.eligibility(VALIDITY, START, 0, now).getClass().getSimpleName());
    }

    @Test
    void too_early_says_from_when() {
        assertEquals(
                new Eligibility.TooEarly(Instant.parse("2026-05-11T00:00:00Z")),
                RenewalPolicy.standard().eligibility(VALIDITY, START, 0, START));
    }

    @Test
    void the_count_is_bounded() {
        RenewalPolicy once =
                new RenewalPolicy(
                        RenewalKind.RENEWAL,
                        Duration.ofDays(60),
                        Duration.ZERO,
                        1,
                        Period.ofYears(10));
        assertEquals(new Eligibility.Open(END), once.eligibility(VALIDITY, START, 0, END));
        assertEquals(new Eligibility.Exhausted(1), once.eligibility(VALIDITY, START, 1, END));
    }

    @Test
    void a_key_is_not_certified_beyond_its_life_but_may_be_replaced() {
        Instant tenYearsAgo = Instant.parse("2016-06-10T00:00:00Z");
        RenewalPolicy sameKey = RenewalPolicy.standard();
        assertEquals(
                new Eligibility.KeyTooOld(END), sameKey.eligibility(VALIDITY, tenYearsAgo, 1, END));
        assertEquals(
                new Eligibility.Open(END),
                sameKey.eligibility(VALIDITY, tenYearsAgo.plusSeconds(1), 1, END));
        RenewalPolicy reKey =
                new RenewalPolicy(
                        RenewalKind.RE_KEY,
                        Duration.ofDays(30),
                        Duration.ZERO,
                        9,
                        Period.ofYears(10));
        assertEquals(new Eligibility.Open(END), reKey.eligibility(VALIDITY, tenYearsAgo, 1, END));
    }

    @Test
    void a_negative_window_is_no_policy() {
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        new RenewalPolicy(
                                RenewalKind.RENEWAL,
                                Duration.ofDays(-1),
                                Duration.ZERO,
                                1,
                                Period.ofYears(10)));
    }
}
