// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static perennial.ca.Authorities.accepted;
import static perennial.ca.Authorities.key;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import perennial.ca.profile.HolderExtensions;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.FailInfo;
import perennial.core.authority.HolderDetails;
import perennial.core.authority.IssueOutcome.Rejection;
import perennial.core.authority.ProofOfPossession;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.Validity;
import perennial.core.crypto.KeyKind;

/// The card profiles that come with the program, issued.
class CardProfilesTest {
    private static final X500Principal EMPLOYEE =
            name("2.5.4.5=#130a30303032323030333235,CN=測試人,O=中華測試股份有限公司,C=TW");
    private static final X500Principal CITIZEN =
            name("2.5.4.5=#131030303030303030303132333435363738,CN=王小明,C=TW");
    private static final X500Principal COMPANY =
            name("2.5.4.5=#13083132333435363738,O=測試股份有限公司,C=TW");

    private static final Map<String, String> EMPLOYEE_ATTRIBUTES =
            Map.of(
                    "2.16.886.1.100.2.200", "1000",
                    "2.16.886.1.100.2.201", "100001",
                    "2.16.886.1.100.2.202", "u-00017");
    private static final Map<String, String> CITIZEN_ATTRIBUTES =
            Map.of("2.16.886.1.100.2.2", "primary", "2.16.886.1.100.2.51", "6789");
    private static final Map<String, String> COMPANY_ATTRIBUTES =
            Map.of(
                    "2.16.886.1.100.2.1", "2.16.886.1.100.3.2.2.1.1",
                    "2.16.886.1.100.2.2", "secondary",
                    "2.16.886.1.100.2.101", "12345678");

    @TempDir Path folder;
    private final TickingClock clock = new TickingClock(Instant.parse("2026-03-01T00:00:00Z"));
    private LocalCa ca;

    @BeforeEach
    void openAnAuthorityWithCardProfiles() {
        List<CertificateProfile> profiles =
                Stream.concat(StandardProfiles.all().stream(), StandardProfiles.cards().stream())
                        .toList();
        ca =
                LocalCa.open(
                        new CaSettings(
                                folder,
                                new Passphrase("correct horse".toCharArray()),
                                "CN=測試根憑證管理中心,O=Perennial,C=TW",
                                "CN=測試憑證管理中心,O=Perennial,C=TW",
                                KeyKind.P_256,
                                URI.create("http://localhost:1"),
                                profiles),
                        TestDatabase.fresh(),
                        clock,
                        Authorities.seeded(5));
    }

    private static X500Principal name(String text) {
        return new X500Principal(text);
    }

    static Stream<CertificateProfile> profiles() {
        return StandardProfiles.cards().stream();
    }

    private static CertificationRequest first(String profile, long transaction) {
        X500Principal subject =
                profile.contains("employee")
                        ? EMPLOYEE
                        : profile.contains("organisation") ? COMPANY : CITIZEN;
        Map<String, String> attributes =
                profile.contains("employee")
                        ? EMPLOYEE_ATTRIBUTES
                        : profile.contains("organisation")
                                ? COMPANY_ATTRIBUTES
                                : CITIZEN_ATTRIBUTES;
        Optional<String> mail =
                profile.contains("organisation") ? Optional.empty() : Optional.of("a@example.tw");
        return request(profile, transaction, subject, new HolderDetails(mail, attributes));
    }

    private static CertificationRequest request(
            String profile, long transaction, X500Principal subject, HolderDetails details) {
        return new CertificationRequest(
                new UUID(0, transaction),
                profile,
                subject,
                key(transaction).getPublic(),
                ProofOfPossession.SIGNATURE,
                Optional.empty(),
                Optional.empty(),
                details);
    }

    private static CertificationRequest renewal(String profile, long transaction, Certificate old) {
        return new CertificationRequest(
                new UUID(0, transaction),
                profile,
                old.subject(),
                old.publicKey(),
                ProofOfPossession.SIGNATURE,
                Optional.of(old),
                Optional.empty());
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void each_issues_what_its_holder_is_and_a_renewal_carries_it_over(CertificateProfile profile) {
        Certificate first = accepted(ca.issue(first(profile.name(), 1)));
        clock.advance(Duration.between(clock.instant(), first.validity().notAfter()).minusDays(20));
        Certificate second = accepted(ca.issue(renewal(profile.name(), 2, first)));

        Map<String, String> said =
                new LinkedHashMap<>(HolderExtensions.of(first).directoryAttributes());
        profile.directoryAttributes().stream()
                .filter(CertificateProfile.DirectoryAttribute::required)
                .forEach(rule ->
                        assertTrue(said.containsKey(rule.type()), rule.type() + " in " + said));
        assertEquals(HolderExtensions.of(first), HolderExtensions.of(second));
        assertEquals(first.subject(), second.subject());
        assertEquals(first.keyUsages(), second.keyUsages());
    }

    @Test
    void an_employees_renewal_begins_where_the_old_one_began_and_goes_on_after_its_end() {
        Certificate first = accepted(ca.issue(first("publicca-employee", 1)));
        assertEquals(
                new Validity(
                        Instant.parse("2026-03-01T00:00:00Z"),
                        Instant.parse("2031-02-28T23:59:59Z")),
                first.validity());
        clock.advance(Duration.between(clock.instant(), first.validity().notAfter()).minusDays(20));

        Certificate second = accepted(ca.issue(renewal("publicca-employee", 2, first)));

        assertEquals(
                new Validity(
                        Instant.parse("2026-03-01T00:00:00Z"),
                        Instant.parse("2036-02-29T23:59:59Z")),
                second.validity());
    }

    @ParameterizedTest(name = "{0} without {1}, with {2}")
    @CsvSource({
        "publicca-employee, 2.16.886.1.100.2.202, ''",
        "gpki-person-signature, 2.16.886.1.100.2.51, ''",
        "gpki-person-signature, '', 2.16.886.1.100.2.101",
        "gpki-organisation-signature, 2.16.886.1.100.2.1, ''"
    })
    void what_the_profile_does_not_have_or_needs_is_refused(
            String profile, String missing, String surplus) {
        CertificationRequest good = first(profile, 1);
        Map<String, String> attributes = new LinkedHashMap<>(good.details().directoryAttributes());
        attributes.remove(missing);
        if (!surplus.isEmpty()) {
            attributes.put(surplus, "12345678");
        }

        Rejection refused =
                assertInstanceOf(
                        Rejection.class,
                        ca.issue(
                                request(
                                        profile,
                                        1,
                                        good.subject(),
                                        new HolderDetails(good.details().mail(), attributes))));

        assertEquals(FailInfo.badCertTemplate, refused.reason());
        assertTrue(refused.text().contains(missing + surplus), refused.text());
    }
}
