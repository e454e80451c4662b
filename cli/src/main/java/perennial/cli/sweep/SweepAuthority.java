// SPDX-License-Identifier: Apache-2.0
package perennial.cli.sweep;

import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import javax.security.auth.x500.X500Principal;
import perennial.ca.CaSettings;
import perennial.ca.CertificateProfile;
import perennial.ca.LocalCa;
import perennial.ca.Passphrase;
import perennial.ca.ServiceCredential;
import perennial.ca.StandardProfiles;
import perennial.card.KeySlot;
import perennial.cli.EmbeddedDatabase;
import perennial.cli.Failure;
import perennial.cli.demo.DemoAuthority;
import perennial.core.advice.Problem;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.IssueOutcome;
import perennial.core.authority.ProofOfPossession;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.KeyUsage;
import perennial.core.crypto.KeyAlgorithm;
import perennial.core.crypto.KeyKind;
import perennial.core.renewal.RenewalKind;
import perennial.core.renewal.RenewalPolicy;
import perennial.protocol.cmp.CmpEndpoint;
import perennial.protocol.cmp.Credential;
import perennial.protocol.http.MessageExchange;
import perennial.ra.renewal.IssuerSettings;
import perennial.ra.renewal.RenewalDesk;
import perennial.ra.renewal.RenewalRegister;

/// The authorities of a sweep: the product's own CA and RA on a real database.
final class SweepAuthority implements AutoCloseable {
    /// The kind of key that the cards of a sweep have agrees on secrets, it does not encipher.
    private static final String KEY_AGREEMENT = "holder-key-agreement";

    private static final Period LIFETIME = Period.ofYears(5);

    private final EmbeddedDatabase database;
    private final LocalCa past;
    private final LocalCa ca;
    private final Credential ra;
    private final Clock clock;
    private final SecureRandom random;

    SweepAuthority(Path folder, Clock clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
        this.database = EmbeddedDatabase.start(folder.resolve("postgres"));
        CaSettings settings =
                new CaSettings(
                        folder.resolve("ca"),
                        new Passphrase(UUID.randomUUID().toString().toCharArray()),
                        "CN=Perennial Sweep Root CA,C=TW",
                        "CN=Perennial Sweep Issuing CA,C=TW",
                        KeyKind.P_256,
                        URI.create("http://localhost"),
                        profiles());
        Clock then = DemoAuthority.whenTheCardWasMade(clock);
        this.past = LocalCa.open(settings, database.dataSource(), then, random);
        this.ca = LocalCa.open(settings, database.dataSource(), clock, random);
        ServiceCredential own =
                ca.serviceCredential(
                        StandardProfiles.REGISTRATION_AUTHORITY,
                        new X500Principal("CN=Perennial Sweep RA,C=TW"));
        this.ra = new Credential(own.signer(), own.certificate(), ca.chain());
    }

    private static List<CertificateProfile> profiles() {
        List<CertificateProfile> profiles = new ArrayList<>(StandardProfiles.all());
        profiles.add(
                new CertificateProfile(
                        KEY_AGREEMENT,
                        1,
                        List.of(),
                        Set.of(KeyUsage.KEY_AGREEMENT),
                        List.of(),
                        List.of("2.999.1.3"),
                        List.of(),
                        CertificateProfile.Presence.ABSENT,
                        new CertificateProfile.Lifetimes(
                                LIFETIME,
                                LIFETIME,
                                CertificateProfile.NotBeforeRule.AT_ISSUE,
                                CertificateProfile.NotAfterRule.FROM_OLD_EXPIRY),
                        new TreeMap<>(),
                        Optional.empty()));
        return profiles;
    }

    Certificate root() {
        return ca.chain().getLast();
    }

    /// A certificate of twenty days left for a key that the card has made.
    Certificate firstCertificate(CardNumber card, KeySlot slot, PublicKey key) {
        CertificationRequest request =
                new CertificationRequest(
                        UUID.randomUUID(),
                        slot == KeySlot.KEY_MANAGEMENT
                                ? KEY_AGREEMENT
                                : StandardProfiles.HOLDER_SIGNATURE,
                        new X500Principal(
                                "SERIALNUMBER=%s,CN=測試持卡人,C=TW".formatted(card),
                                Map.of("SERIALNUMBER", "2.5.4.5")),
                        key,
                        ProofOfPossession.SIGNATURE,
                        Optional.empty(),
                        Optional.empty());
        IssueOutcome outcome = past.issue(request);
        if (outcome instanceof IssueOutcome.Accepted(Certificate certificate)) {
            desk(RenewalKind.RENEWAL).registerCard(card, List.of(certificate));
            return certificate;
        }
        throw new Failure(
                Problem.LINT_REFUSED, "no certificate for %s: %s".formatted(slot, outcome));
    }

    /// The registration authority's end of the wire.
    MessageExchange endpoint(RenewalKind kind) {
        CmpEndpoint endpoint =
                new CmpEndpoint(desk(kind), ra, List.of(ca.chain().getFirst()), clock, random);
        return endpoint::answer;
    }

    private RenewalDesk desk(RenewalKind kind) {
        RenewalPolicy standard = RenewalPolicy.standard();
        return new RenewalDesk(
                new RenewalRegister(database.dataSource()),
                ca,
                List.of(
                        new IssuerSettings(
                                ca.chain().getFirst(),
                                "掃描",
                                "Sweep",
                                new RenewalPolicy(
                                        kind,
                                        standard.opens(),
                                        standard.closes(),
                                        standard.maxTimes(),
                                        standard.keyLife()),
                                Optional.of(KeyAlgorithm.P_256),
                                StandardProfiles.HOLDER_SIGNATURE,
                                KEY_AGREEMENT)),
                clock,
                random);
    }

    boolean isGood(Certificate certificate) {
        return ca.status(certificate.id()) instanceof CertStatus.Good;
    }

    /// What the CA has issued in this one's place; what it issued without storing it counts too.
    List<Certificate> successors(Certificate old) {
        return query(
                "SELECT c.der FROM ca.issuance_intent i JOIN ca.certificate c USING (serial_number)"
                        + " WHERE i.replaces = ?",
                old,
                row -> Certificate.ofDer(row.getBytes(1)));
    }

    /// How many facts of this kind the register holds about the renewals of a certificate.
    int facts(Certificate old, String type) {
        return query(
                        "SELECT count(*) FROM ra.renewal r JOIN ra.renewal_event e ON e.renewal ="
                                + " r.id JOIN ra.certificate c ON c.der = r.old_certificate WHERE"
                                + " c.serial_number = ? AND e.type = '%s'".formatted(type),
                        old.serialNumber().hex(),
                        row -> row.getInt(1))
                .getFirst();
    }

    private interface Reading<T> {
        T of(ResultSet row) throws SQLException;
    }

    private <T> List<T> query(String sql, Certificate old, Reading<T> reading) {
        BigInteger serial = old.serialNumber().value();
        return query(sql, serial.toByteArray(), reading);
    }

    private <T> List<T> query(String sql, Object argument, Reading<T> reading) {
        try (Connection connection = database.dataSource().getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setObject(1, argument);
            List<T> found = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(reading.of(rows));
                }
            }
            return found;
        } catch (SQLException e) {
            throw new Failure(Problem.DATABASE_UNAVAILABLE, String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public void close() {
        ca.close();
        past.close();
        database.close();
    }
}
