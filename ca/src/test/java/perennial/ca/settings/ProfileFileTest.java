// SPDX-License-Identifier: Apache-2.0
package perennial.ca.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perennial.ca.CaException;
import perennial.ca.CertificateProfile;
import perennial.ca.StandardProfiles;
import perennial.core.crypto.KeyAlgorithm;
import perennial.core.renewal.RenewalKind;

class ProfileFileTest {
    private static final String PLAIN =
            """
            profile: plain
            version: 1
            subject:
              CN: {required: yes}
            key-usage: [digitalSignature]
            policies: [2.999.1]
            validity:
              lifetime: P1Y
              not-before: at-issue
              not-after: from-issue
            algorithms:
              2020-01-01: [rsa-2048]
            """;

    private static CertificateProfile read(String text) {
        return ProfileFile.read("plain.yaml", text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void the_shipped_profiles_are_named_as_their_files() {
        for (CertificateProfile profile : StandardProfiles.cards()) {
            assertEquals(profile, StandardProfiles.named(profile.name()));
            assertTrue(profile.renewal().isPresent(), profile.name());
        }
        assertEquals(6, StandardProfiles.all().size());
    }

    @Test
    void a_renewal_without_its_own_lifetime_has_the_first_ones() {
        assertEquals(read(PLAIN).lifetimes().first(), read(PLAIN).lifetimes().renewal());
    }

    @Test
    void a_citizen_renews_once_with_the_same_key() {
        CertificateProfile profile = StandardProfiles.named("gpki-person-signature");
        assertEquals(Optional.of(1), profile.renewal().map(policy -> policy.maxTimes()));
        assertEquals(
                Optional.of(RenewalKind.RENEWAL), profile.renewal().map(policy -> policy.kind()));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    2013-12-31T23:59:59Z | []
                    2030-12-31T23:59:59Z | [P_256, P_384, RSA_2048, RSA_3072]
                    2031-01-01T00:00:00Z | [P_256, P_384, RSA_3072]
                    """)
    void a_set_of_algorithms_holds_from_its_date_on(Instant at, String expected) {
        Optional<Set<KeyAlgorithm>> algorithms =
                StandardProfiles.named("publicca-employee").algorithms(at);
        assertEquals(
                Optional.of(expected),
                algorithms.map(set -> set.stream().map(Enum::name).sorted().toList().toString()));
    }

    @ParameterizedTest(name = "{0} becomes {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    version: 1       | version: 0               | 2  | expected a number from 1 to 2147483647, got 0
                    CN: {required    | commonName: {required    | 1  | subject: no attribute is named commonName
                    digitalSignature | signDigitally            | 5  | no key usage is named signDigitally
                    at-issue         | yesterday                | 9  | expected one of [at-issue, carry-over], got yesterday
                    P1Y              | P0D                      | 8  | lifetimes must be longer than nothing
                    rsa-2048         | rsa-512                  | 12 | expected one of [
                    2020-01-01       | soon                     | 1  | algorithms: expected a date like 2026-11-25, got soon
                    [2.999.1]        | []                       | 1  | a profile needs a certificate policy
                    policies         | polices                  | 1  | key 'policies' is missing
                    version: 1       | "version: 1\\nretire: 2"   | 3  | unknown key 'retire'; known here:
                    """)
    void a_profile_that_is_wrong_is_refused_with_its_line(
            String old, String fresh, int line, String text) {
        String broken = PLAIN.replace(old, fresh.replace("\"", "").replace("\\n", "\n"));

        CaException refused = assertThrows(CaException.class, () -> read(broken));

        String begin = "plain.yaml, line %d: %s".formatted(line, text);
        assertTrue(
                String.valueOf(refused.getMessage()).startsWith(begin),
                () -> refused.getMessage() + " does not begin with " + begin);
    }
}
