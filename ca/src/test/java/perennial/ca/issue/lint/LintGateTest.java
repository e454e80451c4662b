// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.lint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.Validity;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import perennial.ca.CertificateProfile;
import perennial.ca.StandardProfiles;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyKind;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LintGateTest {
    private Certificate issuer;
    private LintGate gate;
    private Specimen good;
    private Specimen employee;

    @BeforeAll
    void makeGoodBytes(@TempDir Path folder) {
        issuer = Specimen.issuer(folder);
        gate = Specimen.gate(issuer);
        good = Specimen.of(issuer, StandardProfiles.all().getFirst(), Specimen.key(KeyKind.P_256));
        employee =
                Specimen.of(
                        issuer,
                        StandardProfiles.named("publicca-employee"),
                        Specimen.key(KeyKind.P_256));
    }

    Stream<CertificateProfile> profiles() {
        return Stream.concat(StandardProfiles.all().stream(), StandardProfiles.cards().stream());
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void what_a_shipped_profile_lays_out_passes(CertificateProfile profile) {
        for (KeyKind kind : List.of(KeyKind.P_256, KeyKind.RSA_3072)) {
            Specimen bytes = Specimen.of(issuer, profile, Specimen.key(kind));
            assertEquals(
                    List.of(),
                    gate.standardsAndProfile(bytes.tbs(), bytes.request(), bytes.plan()));
        }
    }

    Stream<Broken> broken() {
        return Stream.concat(new BrokenFields(good).all(), new BrokenExtensions(good).all());
    }

    @ParameterizedTest
    @MethodSource("broken")
    void bytes_that_break_one_rule_of_the_standards_are_found_by_its_lint_alone(Broken broken) {
        assertEquals(
                List.of(broken.lint()),
                names(gate.standards(broken.bytes().tbs(), broken.bytes().request())));
    }

    Stream<Broken> profileBroken() {
        return new BrokenByProfile(good).all();
    }

    @ParameterizedTest
    @MethodSource("profileBroken")
    void bytes_that_break_one_rule_of_the_profile_are_found_by_its_lint_alone(Broken broken) {
        assertFoundAlone(broken, good.plan());
    }

    Stream<Broken> holderBroken() {
        return new BrokenByHolder(employee).all();
    }

    @ParameterizedTest
    @MethodSource("holderBroken")
    void bytes_that_say_something_else_of_the_holder_are_found(Broken broken) {
        assertFoundAlone(broken, employee.plan());
    }

    private void assertFoundAlone(Broken broken, Plan plan) {
        Specimen.Bytes bytes = broken.bytes();
        assertEquals(List.of(), gate.standards(bytes.tbs(), bytes.request()));
        assertEquals(
                List.of(broken.lint()),
                names(gate.standardsAndProfile(bytes.tbs(), bytes.request(), plan)));
    }

    /// A lint that nothing shows to work is not one.
    @Test
    void every_lint_is_shown_to_find_something() {
        TreeSet<String> shown = new TreeSet<>();
        Stream.of(broken(), profileBroken(), holderBroken())
                .flatMap(each -> each)
                .map(Broken::lint)
                .forEach(shown::add);
        TreeSet<String> all = new TreeSet<>();
        StandardLints.ALL.stream().map(Lint::name).forEach(all::add);
        ProfileLints.ALL.stream().map(Lint::name).forEach(all::add);
        all.add(LintGate.READABLE);

        assertEquals(all, shown);
    }

    @Test
    void all_findings_are_returned() {
        Specimen.Bytes nobody = good.named(new X500Name(new org.bouncycastle.asn1.x500.RDN[0]));
        List<String> found = names(gate.standards(nobody.tbs(), good.request()));

        assertTrue(
                found.containsAll(
                        List.of(
                                "subject is not empty, nor is one of its values",
                                "subject is what was asked for")),
                found.toString());
    }

    @Test
    void c16_bytes_that_are_not_der_are_refused() {
        byte[] tbs = good.tbs();
        byte[] indefinite = new byte[tbs.length];
        System.arraycopy(tbs, 4, indefinite, 2, tbs.length - 4);
        indefinite[0] = 0x30;
        indefinite[1] = (byte) 0x80;

        assertTrue(names(gate.standards(indefinite, good.request())).contains("is DER"));
    }

    /// From 2050 on the other way of writing is the right one.
    @Test
    void c16_the_first_second_of_2050_is_a_generalized_time() {
        Specimen.Bytes bytes =
                good.with(
                        4,
                        new Validity(
                                good.read().getStartDate(),
                                new Time(new DERGeneralizedTime("20500101000000Z"))));

        assertEquals(List.of(), gate.standards(bytes.tbs(), bytes.request()));
    }

    @Test
    void whatever_a_lint_throws_is_a_finding() {
        Lint<String> lint =
                new Lint<>(
                        "a rule",
                        "a clause",
                        _ -> {
                            throw new ArrayIndexOutOfBoundsException("7");
                        });

        assertEquals(
                "a rule (a clause): cannot be read: 7", lint.look("").orElseThrow().toString());
    }

    private static List<String> names(List<Lint.Finding> findings) {
        return findings.stream().map(Lint.Finding::name).toList();
    }
}
