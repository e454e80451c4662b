// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static perennial.ca.Authorities.accepted;
import static perennial.ca.Authorities.key;

import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.spec.SecretKeySpec;
import javax.security.auth.x500.X500Principal;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.ca.OpensslCmp.Run;
import perennial.ca.cmp.AuthoritySupport;
import perennial.ca.cmp.EnrolmentDesk;
import perennial.ca.cmp.EnrolmentSecrets;
import perennial.ca.store.Database;
import perennial.ca.store.EnrolmentStore;
import perennial.ca.store.IssuanceStore;
import perennial.core.authority.CertificationAuthority;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.IssueOutcome;
import perennial.core.authority.ProofOfPossession;
import perennial.core.authority.RevocationOutcome;
import perennial.core.authority.RevocationRequest;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.protocol.cmp.AuthorityEndpoint;
import perennial.protocol.cmp.Credential;

/// An authority that takes its time, polled by the unmodified `openssl cmp`.
class CmpPollingTest {
    /// The number that a database gives to the first one that opens it.
    private static final short FIRST_AUTHORITY = 1;

    private static final Clock CLOCK = Clock.systemUTC();

    @TempDir Path folder;

    /// Lets everybody wait for the first few times.
    private static final class Slow implements CertificationAuthority {
        private final LocalCa ca;
        private int waits;

        Slow(LocalCa ca, int waits) {
            this.ca = ca;
            this.waits = waits;
        }

        @Override
        public synchronized IssueOutcome issue(CertificationRequest request) {
            return waits-- > 0
                    ? new IssueOutcome.Waiting(Duration.ofSeconds(1))
                    : ca.issue(request);
        }

        @Override
        public RevocationOutcome revoke(RevocationRequest request) {
            return ca.revoke(request);
        }

        @Override
        public CertStatus status(CertificateId certificate) {
            return ca.status(certificate);
        }
    }

    @Test
    void openssl_polls_until_the_authority_has_decided_and_confirms() {
        DataSource database = TestDatabase.fresh();
        LocalCa ca = Authorities.open(folder.resolve("ca"), database, CLOCK);
        Certificate holder = holder(ca);
        try (OpensslCmp openssl = new OpensslCmp(folder)) {
            openssl.mount("/cmp", endpoint(ca, new Slow(ca, 3), database));
            openssl.pem("root.pem", ca.chain().getLast());
            openssl.pem("holder.pem", holder);
            openssl.pem("holder.key", key(1));
            openssl.pem("next.key", key(2));

            Run run =
                    openssl.cmp(
                            "cmp",
                            "-cmd cr -newkey next.key -subject /C=TW/CN=Holder -total_timeout 60"
                                    + " -cert holder.pem -key holder.key");

            assertEquals(0, run.exit(), run.output());
            assertTrue(run.output().contains("POLLREP"), run.output());
            assertTrue(run.output().contains("PKICONF"), run.output());
            assertEquals(key(2).getPublic(), run.certificate().orElseThrow().publicKey());
            assertEquals(1, Rows.count(database, "ca.cmp_enrolment WHERE ending = 'CONFIRMED'"));
        }
    }

    private static AuthorityEndpoint endpoint(
            LocalCa ca, CertificationAuthority slow, DataSource database) {
        SecureRandom random = new SecureRandom();
        EnrolmentPolicy policy = EnrolmentPolicy.standard(List.of("holder-signature"));
        EnrolmentStore enrolments = new EnrolmentStore(new Database(database), FIRST_AUTHORITY);
        EnrolmentDesk desk =
                new EnrolmentDesk(
                        new EnrolmentDesk.Authority(
                                slow, ca.chain().getFirst(), StandardProfiles.all()),
                        new EnrolmentDesk.Stores(
                                new IssuanceStore(new Database(database), FIRST_AUTHORITY),
                                enrolments),
                        new EnrolmentSecrets(
                                enrolments,
                                new SecretKeySpec(new byte[32], "HmacSHA256"),
                                CLOCK,
                                random),
                        policy,
                        CLOCK);
        ServiceCredential own =
                ca.serviceCredential(
                        StandardProfiles.CMP_RESPONDER, new X500Principal("CN=CMP,C=TW"));
        Credential credential =
                new Credential(own.signer(), own.certificate(), List.of(ca.chain().getFirst()));
        return new AuthorityEndpoint(
                desk,
                new AuthoritySupport(
                        slow,
                        ca.chain(),
                        StandardProfiles.all(),
                        policy,
                        new AuthoritySupport.Crl(URI.create("http://localhost:1/crl/"), ca::crl),
                        CLOCK),
                () -> credential,
                CLOCK,
                random);
    }

    private static Certificate holder(LocalCa ca) {
        return accepted(
                ca.issue(
                        new CertificationRequest(
                                new UUID(7, 1),
                                StandardProfiles.HOLDER_SIGNATURE,
                                new X500Principal("CN=Holder,C=TW"),
                                key(1).getPublic(),
                                ProofOfPossession.SIGNATURE,
                                Optional.empty(),
                                Optional.empty())));
    }
}
