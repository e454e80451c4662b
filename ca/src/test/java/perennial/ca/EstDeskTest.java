// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static perennial.ca.Authorities.accepted;
import static perennial.ca.Authorities.key;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import javax.security.auth.x500.X500Principal;
import javax.sql.DataSource;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome;
import perennial.core.authority.ProofOfPossession;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.RevocationReason;
import perennial.protocol.est.EstRequest;
import perennial.protocol.est.EstService;

class EstDeskTest {
    private static final Instant ISSUE = Instant.parse("2026-03-01T04:05:06Z");
    private static final X500Principal OTHER = new X500Principal("CN=Other,O=selftest,C=TW");

    @TempDir private Path folder;
    private final TickingClock clock = new TickingClock(ISSUE);
    private final DataSource database = TestDatabase.fresh();
    private LocalCa ca;
    private EstService est;

    @BeforeEach
    void open() {
        ca = Authorities.open(folder, database, clock);
        est = ca.est(StandardProfiles.SOFTWARE);
    }

    @Test
    void c18_a_holder_renews_its_own_certificate_and_no_other() {
        Certificate mine = issue(Authorities.HOLDER, key(1), StandardProfiles.SOFTWARE);
        Certificate yours = issue(OTHER, key(2), StandardProfiles.SOFTWARE);
        intoTheWindow();
        // What is asked for names the other one; who asks decides what is renewed.
        assertRefused(FailInfo.badCertTemplate, est.renew(request(OTHER, key(2)), mine));
        assertRefused(FailInfo.badCertTemplate, est.renew(request(OTHER, key(1)), mine));
        Certificate next = accepted(est.renew(request(Authorities.HOLDER, key(1)), mine));
        assertEquals(mine.publicKey(), next.publicKey());
        assertEquals(1, Rows.count(database, "ca.issuance_intent WHERE replaces IS NOT NULL"));
        assertTrue(yours.validity().contains(clock.instant()));
        assertInstanceOf(CertStatus.Good.class, ca.status(yours.id()));
    }

    @Test
    void r6_what_may_not_be_renewed_says_why_each_in_its_own_words() {
        Certificate early = issue(Authorities.HOLDER, key(1), StandardProfiles.SOFTWARE);
        EstRequest request = request(Authorities.HOLDER, key(1));
        assertRefused(FailInfo.badTime, "R01 ", est.renew(request, early));
        intoTheWindow();
        ca.revoke(early.id(), RevocationReason.CERTIFICATE_HOLD);
        assertRefused(FailInfo.notAuthorized, "R06 ", est.renew(request, early));
        ca.revoke(early.id(), RevocationReason.REMOVE_FROM_CRL);
        accepted(est.renew(request, early));
        ca.revoke(early.id(), RevocationReason.SUPERSEDED);
        assertRefused(FailInfo.certRevoked, "R05 ", est.renew(request, early));

        Certificate late = issue(OTHER, key(3), StandardProfiles.SOFTWARE);
        clock.set(late.validity().notAfter().plusSeconds(1));
        assertRefused(FailInfo.notAuthorized, est.renew(request(OTHER, key(3)), late));
    }

    @Test
    void r7_a_renewal_keeps_its_key() {
        Certificate old = issue(Authorities.HOLDER, key(1), StandardProfiles.SOFTWARE);
        intoTheWindow();
        assertRefused(
                FailInfo.unacceptedPolicy,
                "R10 ",
                est.renew(request(Authorities.HOLDER, key(2)), old));
    }

    @Test
    void r8_a_certificate_of_another_issuer_is_nobody_here() {
        TickingClock otherClock = new TickingClock(ISSUE);
        LocalCa namesake =
                Authorities.open(folder.resolve("namesake"), TestDatabase.fresh(), otherClock);
        Certificate foreign =
                accepted(
                        namesake.issue(
                                wish(Authorities.HOLDER, key(1), StandardProfiles.SOFTWARE)));
        assertEquals(ca.chain().getFirst().subject(), foreign.id().issuer());
        intoTheWindow();
        assertRefused(
                FailInfo.wrongAuthority, est.renew(request(Authorities.HOLDER, key(1)), foreign));
        assertRefused(
                FailInfo.wrongAuthority, est.enrol(request(Authorities.HOLDER, key(1)), foreign));
    }

    @Test
    void r9_a_key_ends_with_what_the_policy_gives_it() {
        Certificate certificate = issue(Authorities.HOLDER, key(1), StandardProfiles.SOFTWARE);
        EstRequest request = request(Authorities.HOLDER, key(1));
        for (int years = 5; years <= 10; years += 5) {
            clock.set(certificate.validity().notAfter().minus(Duration.ofDays(3)));
            certificate = accepted(est.renew(request, certificate));
        }
        clock.set(certificate.validity().notAfter().minus(Duration.ofDays(3)));
        // Ten years on one key, by the standard policy; the lineage is counted from its first.
        assertRefused(FailInfo.unacceptedPolicy, "R04 ", est.renew(request, certificate));
    }

    @Test
    void r2_the_same_wish_is_the_same_certificate_also_after_a_restart_and_after_the_window() {
        Certificate old = issue(Authorities.HOLDER, key(1), StandardProfiles.SOFTWARE);
        intoTheWindow();
        Certificate next = accepted(est.renew(request(Authorities.HOLDER, key(1)), old));
        EstService restarted =
                Authorities.open(folder, database, clock).est(StandardProfiles.SOFTWARE);
        assertEquals(next, accepted(restarted.renew(request(Authorities.HOLDER, key(1)), old)));
        assertEquals(1, Rows.count(database, "ca.issuance_intent WHERE replaces IS NOT NULL"));
    }

    @Test
    void only_a_registration_authority_that_is_good_enrols_for_others() {
        Certificate ra = issue(OTHER, key(9), StandardProfiles.REGISTRATION_AUTHORITY);
        Certificate holder = issue(Authorities.HOLDER, key(1), StandardProfiles.SOFTWARE);
        EstRequest request = request(Authorities.HOLDER, key(2));
        assertRefused(FailInfo.notAuthorized, est.enrol(request, holder));
        Certificate enrolled = accepted(est.enrol(request, ra));
        assertEquals(enrolled, accepted(est.enrol(request, ra)));
        assertNotEquals(enrolled, accepted(est.enrol(request(Authorities.HOLDER, key(3)), ra)));
        ca.revoke(ra.id(), RevocationReason.KEY_COMPROMISE);
        assertRefused(FailInfo.certRevoked, "R05 ", est.enrol(request, ra));
    }

    @Test
    void a_name_beside_the_subject_is_part_of_whom_the_certificate_is_for() {
        Certificate old = issue(Authorities.HOLDER, key(1), StandardProfiles.SOFTWARE);
        intoTheWindow();
        assertRefused(
                FailInfo.badCertTemplate,
                est.renew(
                        request(Authorities.HOLDER, key(1), Optional.of("someone@example.test")),
                        old));
    }

    private void intoTheWindow() {
        clock.set(ISSUE.plus(Duration.ofDays(5 * 365)));
    }

    private Certificate issue(X500Principal subject, KeyPair key, String profile) {
        return accepted(ca.issue(wish(subject, key, profile)));
    }

    private static CertificationRequest wish(X500Principal subject, KeyPair key, String profile) {
        return new CertificationRequest(
                UUID.randomUUID(),
                profile,
                subject,
                key.getPublic(),
                ProofOfPossession.SIGNATURE,
                Optional.empty(),
                Optional.empty());
    }

    private static EstRequest request(X500Principal subject, KeyPair key) {
        return request(subject, key, Optional.empty());
    }

    private static EstRequest request(X500Principal subject, KeyPair key, Optional<String> mail) {
        try {
            var builder = new JcaPKCS10CertificationRequestBuilder(subject, key.getPublic());
            if (mail.isPresent()) {
                ExtensionsGenerator extensions = new ExtensionsGenerator();
                extensions.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(new GeneralName(GeneralName.rfc822Name, mail.get())));
                builder.addAttribute(
                        PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
            }
            return EstRequest.ofDer(
                    builder.build(
                                    new JcaContentSignerBuilder("SHA256withECDSA")
                                            .build(key.getPrivate()))
                            .getEncoded());
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertRefused(FailInfo reason, IssueOutcome outcome) {
        assertRefused(reason, "", outcome);
    }

    private static void assertRefused(FailInfo reason, String beginning, IssueOutcome outcome) {
        IssueOutcome.Rejection rejection = assertInstanceOf(IssueOutcome.Rejection.class, outcome);
        assertEquals(reason, rejection.reason(), rejection.text());
        assertTrue(rejection.text().startsWith(beginning), rejection.text());
    }
}
