// SPDX-License-Identifier: Apache-2.0
package perennial.ca.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.Period;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perennial.ca.CertificateProfile;
import perennial.ca.CertificateProfile.NotAfterRule;
import perennial.ca.CertificateProfile.NotBeforeRule;
import perennial.core.certificate.KeyUsage;
import perennial.core.certificate.Validity;

class ValidityRuleTest {
    private static final Validity ISSUER =
            new Validity(
                    Instant.parse("2020-01-01T00:00:00Z"), Instant.parse("2039-12-31T23:59:59Z"));

    /// First certificates: both ends inside, cut at the issuer's end and at the requested one.
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "2026-01-01T00:00:00Z, P5Y, -, 2030-12-31T23:59:59Z",
                "2026-01-01T00:00:00.999Z, P5Y, -, 2030-12-31T23:59:59Z",
                "2024-02-29T12:00:00Z, P1Y, -, 2025-02-28T11:59:59Z",
                "2026-01-31T00:00:00Z, P1M, -, 2026-02-27T23:59:59Z",
                "2026-01-01T00:00:00Z, P30D, -, 2026-01-30T23:59:59Z",
                "2036-01-01T00:00:00Z, P5Y, -, 2039-12-31T23:59:59Z",
                "2026-01-01T00:00:00Z, P5Y, 2026-01-21T00:00:00Z, 2026-01-21T00:00:00Z",
                "2026-01-01T00:00:00Z, P5Y, 2050-01-01T00:00:00Z, 2030-12-31T23:59:59Z",
                "2026-01-01T00:00:00Z, P5Y, 2025-12-31T23:59:59Z, none",
                "2040-01-01T00:00:00Z, P5Y, -, none",
            })
    void a_first_certificate_ends(Instant now, Period lifetime, Instant requested, String end) {
        Optional<Validity> validity =
                ValidityRule.validity(
                        profile(
                                lifetime,
                                Period.ofYears(1),
                                NotBeforeRule.CARRY_OVER,
                                NotAfterRule.FROM_OLD_EXPIRY),
                        now,
                        Optional.empty(),
                        Optional.ofNullable(requested),
                        ISSUER);

        assertEquals(end, validity.map(v -> v.notAfter().toString()).orElse("none"));
    }

    /// Renewals of a certificate from 2022-05-09 to 2026-06-10T15:59:59Z.
    @ParameterizedTest
    @CsvSource({
        "2026-05-23T01:00:00Z, P5Y, AT_ISSUE, FROM_OLD_EXPIRY,"
                + " 2026-05-23T01:00:00Z, 2031-06-10T15:59:59Z",
        "2026-05-23T01:00:00Z, P2D, CARRY_OVER, FROM_OLD_EXPIRY,"
                + " 2022-05-08T16:00:00Z, 2026-06-12T15:59:59Z",
        "2026-05-23T01:00:00Z, P5Y, AT_ISSUE, FROM_ISSUE,"
                + " 2026-05-23T01:00:00Z, 2031-05-23T00:59:59Z",
        "2026-06-10T15:59:59Z, P3Y, AT_ISSUE, FROM_OLD_EXPIRY,"
                + " 2026-06-10T15:59:59Z, 2029-06-10T15:59:59Z",
        "2028-06-10T00:00:00Z, P3Y, AT_ISSUE, FROM_OLD_EXPIRY,"
                + " 2028-06-10T00:00:00Z, 2029-06-10T15:59:59Z",
        "2029-06-10T16:00:00Z, P3Y, AT_ISSUE, FROM_OLD_EXPIRY, none, none",
        "2026-05-23T01:00:00Z, P20Y, AT_ISSUE, FROM_OLD_EXPIRY,"
                + " 2026-05-23T01:00:00Z, 2039-12-31T23:59:59Z",
    })
    void a_renewal_runs(
            Instant now,
            Period renewal,
            NotBeforeRule notBefore,
            NotAfterRule notAfter,
            String begin,
            String end) {
        Validity old =
                new Validity(
                        Instant.parse("2022-05-08T16:00:00Z"),
                        Instant.parse("2026-06-10T15:59:59Z"));

        Optional<Validity> validity =
                ValidityRule.validity(
                        profile(Period.ofYears(5), renewal, notBefore, notAfter),
                        now,
                        Optional.of(old),
                        Optional.empty(),
                        ISSUER);

        assertEquals(begin, validity.map(v -> v.notBefore().toString()).orElse("none"));
        assertEquals(end, validity.map(v -> v.notAfter().toString()).orElse("none"));
    }

    private static CertificateProfile profile(
            Period lifetime, Period renewal, NotBeforeRule notBefore, NotAfterRule notAfter) {
        return new CertificateProfile(
                "some",
                1,
                List.of(),
                Set.of(KeyUsage.DIGITAL_SIGNATURE),
                List.of(),
                List.of("2.999.1"),
                List.of(),
                CertificateProfile.Presence.ABSENT,
                new CertificateProfile.Lifetimes(lifetime, renewal, notBefore, notAfter),
                new TreeMap<>(),
                Optional.empty());
    }
}
