// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.ProofOfPossession;
import perennial.core.authority.RevocationRequest;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.RevocationReason;
import perennial.core.crypto.KeyKind;

/// A process with an authority in it, to be killed. It does one thing and stops dead at one
/// statement, saying so, until somebody ends it.
final class AuthorityVictim {
    static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

    /// What it says where it stops, and what it says when it got to the end.
    static final String STOPPED = "STOPPED";

    static final String DONE = "DONE";

    private AuthorityVictim() {}

    /// @param arguments database, key folder, `issue` or `renew` or `revoke`, transaction, file of
    ///   the certificate that is issued for, renewed or revoked, statement to stop at, and whether
    ///   before it (`STATEMENT`) or after it was committed (`ANSWER`)
    public static void main(String[] arguments) throws Exception {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(arguments[0]);
        source.setUser("postgres");
        source.setPassword("postgres");
        FailingDatabase database = new FailingDatabase(source, AuthorityVictim::stop);
        LocalCa ca = open(Path.of(arguments[1]), database, Clock.fixed(NOW, ZoneOffset.UTC));
        Certificate certificate = Certificate.ofDer(Files.readAllBytes(Path.of(arguments[4])));
        UUID transaction = new UUID(0, Long.parseLong(arguments[3]));
        database.breakAt(
                Integer.parseInt(arguments[5]), FailingDatabase.Loss.valueOf(arguments[6]));
        String came =
                switch (arguments[2]) {
                    case "issue", "renew" ->
                            HexFormat.of()
                                    .formatHex(
                                            Authorities.accepted(
                                                            ca.issue(
                                                                    request(
                                                                            arguments[2],
                                                                            transaction,
                                                                            certificate)))
                                                    .der());
                    case "revoke" ->
                            ca.revoke(
                                            RevocationRequest.of(
                                                    certificate.id(),
                                                    RevocationReason.KEY_COMPROMISE))
                                    .status()
                                    .toString();
                    default -> throw new IllegalArgumentException(arguments[2]);
                };
        System.out.println(DONE + " " + database.statements() + " " + came);
    }

    static LocalCa open(Path folder, DataSource database, Clock clock) {
        return LocalCa.open(
                Authorities.settings(folder, KeyKind.P_256, URI.create("http://localhost:1")),
                database,
                clock,
                new SecureRandom());
    }

    static CertificationRequest request(String what, UUID transaction, Certificate certificate) {
        return new CertificationRequest(
                transaction,
                StandardProfiles.HOLDER_SIGNATURE,
                certificate.subject(),
                certificate.publicKey(),
                ProofOfPossession.SIGNATURE,
                what.equals("renew") ? Optional.of(certificate) : Optional.empty(),
                Optional.empty());
    }

    private static void stop() {
        System.out.println(STOPPED);
        System.out.flush();
        try {
            Thread.currentThread().join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
