// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static perennial.ca.Authorities.accepted;
import static perennial.ca.Authorities.first;
import static perennial.ca.Authorities.key;
import static perennial.ca.Authorities.reKey;
import static perennial.ca.Authorities.renewal;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.core.advice.Problem;
import perennial.core.authority.CertificationAuthority;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome.Rejection;
import perennial.core.authority.ProofOfPossession;
import perennial.core.authority.RevocationOutcome;
import perennial.core.authority.RevocationRequest;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.core.certificate.RevocationReason;
import perennial.core.certificate.SerialNumber;
import perennial.protocol.cmp.Credential;
import perennial.protocol.cmp.ProtocolException;
import perennial.protocol.cmp.RemoteAuthority;
import perennial.protocol.http.BytesHandler;

/// A registration authority on another host: what it gets over CMP is what it would get in the same
/// process.
class RemoteAuthorityTest {
    @TempDir Path folder;
    private final TickingClock clock = new TickingClock(Instant.parse("2026-03-01T04:05:06Z"));
    private final DataSource database = TestDatabase.fresh();
    private final FailingDatabase failing = new FailingDatabase(database);
    private LocalCa ca;
    private Credential own;
    private CertificationAuthority remote;

    @BeforeEach
    void open() {
        ca = Authorities.open(folder, failing, clock);
        ServiceCredential credential =
                ca.serviceCredential(
                        StandardProfiles.REGISTRATION_AUTHORITY, new X500Principal("CN=RA,C=TW"));
        own = new Credential(credential.signer(), credential.certificate(), List.of());
        remote = remote(EnrolmentPolicy.standard(List.of(StandardProfiles.HOLDER_SIGNATURE)));
    }

    private CertificationAuthority remote(EnrolmentPolicy policy) {
        BytesHandler endpoint = ca.cmpHandler(policy);
        return new RemoteAuthority(
                message -> endpoint.handle(new BytesHandler.Request("POST", "", message)).body(),
                () -> own,
                ca.chain().getFirst(),
                List.of(ca.chain().getLast()),
                clock,
                new SecureRandom());
    }

    @Test
    void a_certificate_is_issued_renewed_and_re_keyed_once_for_each_transaction() {
        Certificate first = accepted(remote.issue(first(1, key(1))));
        Certificate renewed = accepted(remote.issue(renewal(2, first)));
        Certificate reKeyed = accepted(remote.issue(reKey(3, renewed, key(3))));

        assertEquals(first, accepted(remote.issue(first(1, key(1)))));
        assertEquals(reKeyed, accepted(remote.issue(reKey(3, renewed, key(3)))));
        assertEquals(reKeyed, accepted(ca.issue(raVerified(reKey(3, renewed, key(3))))));
        assertEquals(first.publicKey(), renewed.publicKey());
        assertEquals(key(3).getPublic(), reKeyed.publicKey());
        assertEquals(first.validity().notBefore(), renewed.validity().notBefore());
    }

    @Test
    void an_earlier_end_travels() {
        Instant end = Instant.parse("2027-01-01T00:00:00Z");
        CertificationRequest whole = first(1, key(1));
        CertificationRequest request =
                new CertificationRequest(
                        whole.transaction(),
                        whole.profile(),
                        whole.subject(),
                        whole.key(),
                        whole.proof(),
                        Optional.empty(),
                        Optional.of(end));

        assertEquals(end, accepted(remote.issue(request)).validity().notAfter());
    }

    @Test
    void what_the_authority_refuses_is_refused_with_its_reason() {
        Certificate first = accepted(remote.issue(first(1, key(1))));
        accepted(remote.issue(renewal(2, first)));

        assertEquals(FailInfo.duplicateCertReq, refused(renewal(3, first)));
        assertEquals(FailInfo.transactionIdInUse, refused(first(1, key(9))));
    }

    @Test
    void without_implicit_confirmation_the_certificate_is_confirmed() {
        EnrolmentPolicy standard =
                EnrolmentPolicy.standard(List.of(StandardProfiles.HOLDER_SIGNATURE));
        EnrolmentPolicy strict =
                new EnrolmentPolicy(
                        List.of(),
                        standard.profiles(),
                        standard.usual(),
                        standard.holderProfiles(),
                        standard.renewal(),
                        true,
                        false,
                        Duration.ofHours(1),
                        EnrolmentPolicy.Unconfirmed.REVOKE);
        Certificate first = accepted(remote(strict).issue(first(1, key(1))));
        clock.advance(Duration.ofHours(2));

        assertEquals(0, ca.revokeUnconfirmed(strict));
        assertEquals(new CertStatus.Good(), ca.status(first.id()));
    }

    @Test
    void revocation_and_status_are_the_authority_s_own() {
        Certificate first = accepted(remote.issue(first(1, key(1))));
        assertEquals(new CertStatus.Good(), remote.status(first.id()));

        RevocationRequest compromised =
                new RevocationRequest(
                        first.id(),
                        RevocationReason.KEY_COMPROMISE,
                        Optional.of(Instant.parse("2026-02-28T00:00:00Z")));
        remote.revoke(first.id(), RevocationReason.CERTIFICATE_HOLD);
        assertEquals(ca.status(first.id()), remote.status(first.id()));
        remote.revoke(first.id(), RevocationReason.REMOVE_FROM_CRL);
        assertEquals(new CertStatus.Good(), ca.status(first.id()));
        assertInstanceOf(RevocationOutcome.Done.class, remote.revoke(compromised));
        assertInstanceOf(RevocationOutcome.Done.class, remote.revoke(compromised));
        assertEquals(ca.status(first.id()), remote.status(first.id()));
        assertEquals(
                FailInfo.certRevoked,
                assertInstanceOf(
                                RevocationOutcome.Refused.class,
                                remote.revoke(
                                        RevocationRequest.of(
                                                first.id(), RevocationReason.SUPERSEDED)))
                        .reason());
    }

    @Test
    void what_was_never_issued_is_unknown() {
        CertificateId nobody =
                new CertificateId(
                        ca.chain().getFirst().subject(), SerialNumber.ofHex("0123456789"));

        assertEquals(new CertStatus.Unknown(), remote.status(nobody));
        assertEquals(new CertStatus.Unknown(), remote.revoke(nobody, RevocationReason.SUPERSEDED));
    }

    @Test
    void a_failing_authority_is_unavailable_and_asking_again_is_safe() {
        accepted(remote.issue(first(9, key(9))));
        failing.breakAt(3, FailingDatabase.Loss.ANSWER);
        ProtocolException failure =
                assertThrows(ProtocolException.class, () -> remote.issue(first(1, key(1))));
        failing.mend();

        assertEquals(Problem.AUTHORITY_UNAVAILABLE, failure.problem());
        Certificate fresh = accepted(remote.issue(first(1, key(1))));
        assertEquals(fresh, accepted(remote.issue(first(1, key(1)))));
    }

    @Test
    void a_suspended_registration_authority_is_told_so_and_no_request_is_refused_for_it() {
        ca.revoke(own.certificate().id(), RevocationReason.CERTIFICATE_HOLD);

        ProtocolException failure =
                assertThrows(ProtocolException.class, () -> remote.issue(first(1, key(1))));

        assertEquals(Problem.AUTHORITY_UNAVAILABLE, failure.problem());
        assertEquals(FailInfo.signerNotTrusted, failure.failInfo());
    }

    @Test
    void another_registration_authority_s_word_is_not_taken_for_the_authority_s() {
        Certificate first = accepted(remote.issue(first(1, key(1))));
        RemoteAuthority deceived =
                new RemoteAuthority(
                        // What is sent is signed by a registration authority, as this answer is.
                        message -> message,
                        () -> own,
                        ca.chain().getFirst(),
                        List.of(ca.chain().getLast()),
                        clock,
                        new SecureRandom());

        assertEquals(
                FailInfo.signerNotTrusted,
                assertThrows(ProtocolException.class, () -> deceived.status(first.id()))
                        .failInfo());
    }

    private FailInfo refused(CertificationRequest request) {
        return assertInstanceOf(Rejection.class, remote.issue(request)).reason();
    }

    private static CertificationRequest raVerified(CertificationRequest request) {
        return new CertificationRequest(
                request.transaction(),
                request.profile(),
                request.subject(),
                request.key(),
                ProofOfPossession.RA_VERIFIED,
                request.replaces(),
                request.notAfter());
    }
}
