// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static perennial.ca.Authorities.accepted;
import static perennial.ca.Authorities.first;
import static perennial.ca.Authorities.key;
import static perennial.ca.Authorities.reKey;
import static perennial.ca.Authorities.renewal;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.security.auth.x500.X500Principal;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.core.advice.Problem;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome;
import perennial.core.authority.IssueOutcome.Rejection;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.core.certificate.KeyUsage;
import perennial.core.certificate.RevocationReason;
import perennial.core.crypto.KeyKind;

class LocalCaTest {
    private static final Instant START = Instant.parse("2026-03-01T04:05:06.789Z");

    @TempDir Path folder;
    private TickingClock clock = new TickingClock(START);
    private DataSource database = TestDatabase.fresh();
    private LocalCa ca;

    @BeforeEach
    void open() {
        ca = Authorities.open(folder, database, clock);
    }

    @Test
    void a_first_certificate_says_what_its_profile_says() {
        Certificate certificate = accepted(ca.issue(first(1, key(1))));

        assertEquals(Instant.parse("2026-03-01T04:05:06Z"), certificate.validity().notBefore());
        assertEquals(Instant.parse("2031-03-01T04:05:05Z"), certificate.validity().notAfter());
        assertEquals(
                Set.of(KeyUsage.DIGITAL_SIGNATURE, KeyUsage.NON_REPUDIATION),
                certificate.keyUsages());
        assertEquals(Authorities.HOLDER, certificate.subject());
        assertTrue(certificate.serialNumber().value().bitLength() > 64);
        assertEquals(new CertStatus.Good(), ca.status(certificate.id()));
    }

    @Test
    void an_encryption_certificate_for_an_ec_key_agrees_on_keys() {
        CertificationRequest request =
                new CertificationRequest(
                        new UUID(0, 1),
                        StandardProfiles.HOLDER_ENCRYPTION,
                        Authorities.HOLDER,
                        key(1).getPublic(),
                        perennial.core.authority.ProofOfPossession.ENCRYPTED_CERTIFICATE,
                        Optional.empty(),
                        Optional.empty());

        assertEquals(Set.of(KeyUsage.KEY_AGREEMENT), accepted(ca.issue(request)).keyUsages());
    }

    @Test
    void the_same_transaction_gets_the_same_certificate_also_after_a_restart() {
        CertificationRequest request = first(1, key(1));
        Certificate certificate = accepted(ca.issue(request));
        clock.advance(Duration.ofDays(3));

        assertEquals(certificate, accepted(ca.issue(request)));
        assertEquals(
                certificate, accepted(Authorities.open(folder, database, clock).issue(request)));
    }

    @Test
    void a_transaction_cannot_be_used_for_another_request() {
        ca.issue(first(1, key(1)));

        Rejection rejection = assertInstanceOf(Rejection.class, ca.issue(first(1, key(2))));

        assertEquals(FailInfo.transactionIdInUse, rejection.reason());
    }

    @Test
    void a_renewal_ends_five_years_after_the_old_end_and_keeps_subject_and_key() {
        Certificate old = accepted(ca.issue(first(1, key(1))));
        clock.set(Instant.parse("2031-02-10T00:00:00Z"));

        Certificate renewed = accepted(ca.issue(renewal(2, old)));

        assertEquals(Instant.parse("2031-02-10T00:00:00Z"), renewed.validity().notBefore());
        assertEquals(Instant.parse("2036-03-01T04:05:05Z"), renewed.validity().notAfter());
        assertEquals(old.subject(), renewed.subject());
        assertEquals(old.publicKey(), renewed.publicKey());
        assertNotEquals(old.serialNumber(), renewed.serialNumber());
    }

    @Test
    void a_renewal_never_outlives_the_issuing_authority() {
        Certificate issuing = ca.chain().getFirst();
        Certificate certificate = accepted(ca.issue(first(1, key(1))));
        for (int round = 2; round <= 3; round++) {
            clock.set(certificate.validity().notAfter());
            certificate = accepted(ca.issue(renewal(round, certificate)));
        }

        assertEquals(issuing.validity().notAfter(), certificate.validity().notAfter());
    }

    @Test
    void a_certificate_is_renewed_at_most_once() {
        Certificate old = accepted(ca.issue(first(1, key(1))));
        accepted(ca.issue(renewal(2, old)));

        Rejection rejection = assertInstanceOf(Rejection.class, ca.issue(renewal(3, old)));

        assertEquals(FailInfo.duplicateCertReq, rejection.reason());
    }

    @Test
    void what_was_given_up_makes_room_for_one_renewal_more_also_with_another_key() {
        Certificate old = accepted(ca.issue(first(1, key(1))));
        KeyPair lost = key(2);
        KeyPair next = key(3);
        Certificate unused = accepted(ca.issue(reKey(2, old, lost)));
        assertEquals(
                FailInfo.transactionIdInUse,
                ((Rejection) ca.issue(reKey(2, old, next))).reason(),
                "one transaction, one key");
        assertEquals(
                FailInfo.duplicateCertReq, ((Rejection) ca.issue(reKey(3, old, next))).reason());

        ca.revoke(unused.id(), RevocationReason.CESSATION_OF_OPERATION);
        Certificate kept = accepted(ca.issue(reKey(3, old, next)));

        assertEquals(next.getPublic(), kept.publicKey());
        assertEquals(unused, accepted(ca.issue(reKey(2, old, lost))), "but revoked");
        assertInstanceOf(CertStatus.Revoked.class, ca.status(unused.id()));
        assertEquals(new CertStatus.Good(), ca.status(kept.id()));
        assertEquals(FailInfo.duplicateCertReq, ((Rejection) ca.issue(renewal(4, old))).reason());
    }

    @Test
    void a_renewed_certificate_that_is_revoked_for_another_reason_makes_no_room() {
        Certificate old = accepted(ca.issue(first(1, key(1))));
        Certificate fresh = accepted(ca.issue(renewal(2, old)));

        ca.revoke(fresh.id(), RevocationReason.KEY_COMPROMISE);

        assertEquals(FailInfo.duplicateCertReq, ((Rejection) ca.issue(renewal(3, old))).reason());
    }

    @Test
    void a_revoked_or_suspended_certificate_is_not_renewed_and_a_resumed_one_is() {
        Certificate old = accepted(ca.issue(first(1, key(1))));
        ca.revoke(old.id(), RevocationReason.CERTIFICATE_HOLD);

        Rejection rejection = assertInstanceOf(Rejection.class, ca.issue(renewal(2, old)));
        assertEquals(FailInfo.certRevoked, rejection.reason());

        ca.revoke(old.id(), RevocationReason.REMOVE_FROM_CRL);
        accepted(ca.issue(renewal(2, old)));
    }

    @Test
    void a_certificate_of_another_authority_is_not_renewed() {
        LocalCa other = Authorities.open(folder.resolve("other"), TestDatabase.fresh(), clock);
        Certificate foreign = accepted(other.issue(first(1, key(1))));

        Rejection rejection = assertInstanceOf(Rejection.class, ca.issue(renewal(2, foreign)));

        assertEquals(FailInfo.badCertId, rejection.reason());
    }

    @Test
    void a_renewal_for_another_subject_is_refused_by_a_lint() {
        Certificate old = accepted(ca.issue(first(1, key(1))));
        CertificationRequest request =
                new CertificationRequest(
                        new UUID(0, 2),
                        StandardProfiles.HOLDER_SIGNATURE,
                        new X500Principal("CN=另一人,C=TW"),
                        old.publicKey(),
                        perennial.core.authority.ProofOfPossession.SIGNATURE,
                        Optional.of(old),
                        Optional.empty());

        Rejection rejection = assertInstanceOf(Rejection.class, ca.issue(request));

        assertEquals(FailInfo.badCertTemplate, rejection.reason());
        assertTrue(rejection.text().startsWith(Problem.LINT_REFUSED.code()), rejection.text());
        assertTrue(rejection.text().contains("a renewal keeps the subject"), rejection.text());
    }

    @Test
    void an_unknown_profile_and_an_empty_subject_are_refused() {
        CertificationRequest good = first(1, key(1));

        assertEquals(
                FailInfo.unacceptedPolicy,
                assertInstanceOf(Rejection.class, ca.issue(with(good, "nobody", good.subject())))
                        .reason());
        assertEquals(
                FailInfo.badCertTemplate,
                assertInstanceOf(
                                Rejection.class,
                                ca.issue(with(good, good.profile(), new X500Principal(""))))
                        .reason());
    }

    private static CertificationRequest with(
            CertificationRequest request, String profile, X500Principal subject) {
        return new CertificationRequest(
                request.transaction(),
                profile,
                subject,
                request.key(),
                request.proof(),
                request.replaces(),
                request.notAfter());
    }

    @Test
    void an_earlier_end_is_granted_and_a_past_one_refused() {
        CertificationRequest request = first(1, key(1));
        Instant soon = START.plus(Duration.ofDays(20));

        assertEquals(
                soon.truncatedTo(java.time.temporal.ChronoUnit.SECONDS),
                accepted(ca.issue(ending(request, soon))).validity().notAfter());
        assertInstanceOf(
                Rejection.class,
                ca.issue(ending(first(2, key(1)), START.minus(Duration.ofDays(1)))));
    }

    private static CertificationRequest ending(CertificationRequest request, Instant end) {
        return new CertificationRequest(
                request.transaction(),
                request.profile(),
                request.subject(),
                request.key(),
                request.proof(),
                request.replaces(),
                Optional.of(end));
    }

    @Test
    void eight_threads_with_one_transaction_get_one_certificate() throws Exception {
        KeyPair key = key(1);
        List<Callable<IssueOutcome>> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            calls.add(() -> ca.issue(first(1, key)));
        }
        Set<Certificate> certificates = new HashSet<>();
        try (var executor = Executors.newFixedThreadPool(8)) {
            for (Future<IssueOutcome> outcome : executor.invokeAll(calls)) {
                certificates.add(accepted(outcome.get()));
            }
        }

        assertEquals(1, certificates.size());
        // The authority's OCSP signer is the other one.
        assertEquals(2, Rows.count(database, "ca.issuance_intent"));
        assertEquals(2, Rows.count(database, "ca.certificate"));
    }

    @Test
    void many_holders_at_once_all_get_their_certificates() throws Exception {
        List<Callable<IssueOutcome>> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            KeyPair key = key(100L + i);
            for (int n = 0; n < 25; n++) {
                long transaction = 1000L + 100L * i + n;
                calls.add(() -> ca.issue(first(transaction, key)));
            }
        }
        try (var executor = Executors.newFixedThreadPool(8)) {
            for (Future<IssueOutcome> outcome : executor.invokeAll(calls)) {
                accepted(outcome.get());
            }
        }
    }

    @Test
    void eight_renewals_of_one_certificate_at_once_give_one() throws Exception {
        Certificate old = accepted(ca.issue(first(1, key(1))));
        List<Callable<IssueOutcome>> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            long transaction = 10L + i;
            calls.add(() -> ca.issue(renewal(transaction, old)));
        }
        int accepted = 0;
        try (var executor = Executors.newFixedThreadPool(8)) {
            for (Future<IssueOutcome> outcome : executor.invokeAll(calls)) {
                if (outcome.get() instanceof IssueOutcome.Accepted) {
                    accepted++;
                }
            }
        }

        assertEquals(1, accepted);
    }

    @Test
    void revoking_for_good_stays_and_repeats_change_nothing() {
        CertificateId id = accepted(ca.issue(first(1, key(1)))).id();
        Instant second = START.truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
        CertStatus revoked = new CertStatus.Revoked(second, RevocationReason.KEY_COMPROMISE);

        assertEquals(revoked, ca.revoke(id, RevocationReason.KEY_COMPROMISE));
        clock.advance(Duration.ofHours(1));
        assertEquals(revoked, ca.revoke(id, RevocationReason.KEY_COMPROMISE));
        assertEquals(revoked, ca.revoke(id, RevocationReason.CERTIFICATE_HOLD));
        assertEquals(revoked, ca.revoke(id, RevocationReason.REMOVE_FROM_CRL));
        assertEquals(revoked, ca.revoke(id, RevocationReason.SUPERSEDED));
        assertEquals(revoked, ca.status(id));
    }

    @Test
    void what_was_suspended_is_resumed_or_revoked_from_its_suspension_on() {
        CertificateId id = accepted(ca.issue(first(1, key(1)))).id();
        Instant second = START.truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
        assertEquals(
                new CertStatus.Revoked(second, RevocationReason.CERTIFICATE_HOLD),
                ca.revoke(id, RevocationReason.CERTIFICATE_HOLD));
        assertEquals(new CertStatus.Good(), ca.revoke(id, RevocationReason.REMOVE_FROM_CRL));

        clock.advance(Duration.ofHours(1));
        ca.revoke(id, RevocationReason.CERTIFICATE_HOLD);
        clock.advance(Duration.ofHours(1));

        assertEquals(
                new CertStatus.Revoked(
                        second.plus(Duration.ofHours(1)), RevocationReason.SUPERSEDED),
                ca.revoke(id, RevocationReason.SUPERSEDED));
    }

    @Test
    void what_was_not_issued_here_is_unknown() {
        CertificateId id = accepted(ca.issue(first(1, key(1)))).id();
        CertificateId foreign =
                new CertificateId(new X500Principal("CN=Somebody else"), id.serialNumber());
        CertificateId never =
                new CertificateId(
                        id.issuer(),
                        new perennial.core.certificate.SerialNumber(java.math.BigInteger.TWO));

        assertEquals(new CertStatus.Unknown(), ca.status(foreign));
        assertEquals(new CertStatus.Unknown(), ca.status(never));
        assertEquals(new CertStatus.Unknown(), ca.revoke(foreign, RevocationReason.KEY_COMPROMISE));
        assertEquals(new CertStatus.Good(), ca.status(id));
    }

    /// C14: after an outage longer than their lives, the services come back with certificates that
    /// they get from the issuing key alone, and what is watched says so.
    @Test
    void c14_service_certificates_that_expired_while_nothing_ran_are_made_anew() {
        X500Principal name = new X500Principal("CN=RA,C=TW");
        var _ = ca.serviceCredential(StandardProfiles.REGISTRATION_AUTHORITY, name);
        Map<String, Certificate> before = ca.ownCertificates();
        assertEquals(
                Set.of(
                        "root",
                        "issuing",
                        StandardProfiles.REGISTRATION_AUTHORITY,
                        StandardProfiles.OCSP_RESPONDER),
                before.keySet());

        clock.advance(Duration.ofDays(800));
        LocalCa again = Authorities.open(folder, database, clock);
        var _ = again.serviceCredential(StandardProfiles.REGISTRATION_AUTHORITY, name);

        Map<String, Certificate> after = again.ownCertificates();
        for (String service :
                List.of(StandardProfiles.REGISTRATION_AUTHORITY, StandardProfiles.OCSP_RESPONDER)) {
            assertTrue(
                    Objects.requireNonNull(before.get(service))
                            .validity()
                            .notAfter()
                            .isBefore(clock.instant()));
            assertTrue(
                    Objects.requireNonNull(after.get(service))
                            .validity()
                            .contains(clock.instant()));
        }
        assertEquals(before.get("issuing"), after.get("issuing"));
    }

    @Test
    void a_service_certificate_is_kept_for_half_its_life_and_then_renewed() {
        X500Principal name = new X500Principal("CN=RA,C=TW");
        ServiceCredential credential =
                ca.serviceCredential(StandardProfiles.REGISTRATION_AUTHORITY, name);

        clock.advance(Duration.ofDays(100));
        LocalCa again = Authorities.open(folder, database, clock);
        ServiceCredential kept =
                again.serviceCredential(StandardProfiles.REGISTRATION_AUTHORITY, name);
        assertEquals(credential.certificate(), kept.certificate());
        assertEquals(kept.certificate().publicKey(), kept.signer().publicKey());

        clock.advance(Duration.ofDays(100));
        assertNotEquals(
                credential.certificate(),
                again.serviceCredential(StandardProfiles.REGISTRATION_AUTHORITY, name)
                        .certificate());
    }

    @Test
    void key_files_are_for_the_owner_only_and_useless_with_another_passphrase() throws Exception {
        for (String name : List.of("root.p12", "issuing.p12", "ocsp-responder.p12")) {
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(folder.resolve(name))));
        }
        CaSettings settings =
                new CaSettings(
                        folder,
                        new Passphrase("wrong battery".toCharArray()),
                        "CN=測試根憑證管理中心,O=Perennial,C=TW",
                        "CN=測試憑證管理中心,O=Perennial,C=TW",
                        KeyKind.P_256,
                        URI.create("http://localhost:1"),
                        StandardProfiles.all());

        CaException refused =
                assertThrows(
                        CaException.class,
                        () -> LocalCa.open(settings, database, clock, Authorities.seeded(1)));

        assertEquals(Problem.FILE_NOT_USABLE, refused.problem());
        assertEquals("****", settings.passphrase().toString());
    }

    @Test
    void a_database_of_another_issuing_key_is_refused() {
        CaException refused =
                assertThrows(
                        CaException.class,
                        () -> Authorities.open(folder.resolve("other"), database, clock));

        assertEquals(Problem.CONFIGURATION_INVALID, refused.problem());
    }

    @Test
    void an_authority_opened_again_has_the_same_keys() {
        LocalCa again = Authorities.open(folder, database, clock);

        assertEquals(ca.chain(), again.chain());
        assertArrayEquals(ca.chain().getFirst().der(), again.chain().getFirst().der());
    }
}
