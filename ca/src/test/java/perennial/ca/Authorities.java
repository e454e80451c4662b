// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import javax.security.auth.x500.X500Principal;
import javax.sql.DataSource;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import perennial.ca.keys.KeyPairs;
import perennial.ca.keys.SignatureContent;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.IssueOutcome;
import perennial.core.authority.ProofOfPossession;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyKind;
import perennial.core.crypto.SoftwareSigner;

/// Authorities and requests for tests.
final class Authorities {
    static final X500Principal HOLDER =
            new X500Principal("SERIALNUMBER=0000000112345678,CN=測試人,O=selftest,C=TW");

    private static final AtomicLong SEEDS = new AtomicLong();

    private Authorities() {}

    static CaSettings settings(Path folder, KeyKind kind, URI publicBase) {
        return new CaSettings(
                folder,
                new Passphrase("correct horse".toCharArray()),
                "CN=測試根憑證管理中心,O=Perennial,C=TW",
                "CN=測試憑證管理中心,O=Perennial,C=TW",
                kind,
                publicBase,
                StandardProfiles.all());
    }

    /// Each with other keys and serial numbers than the one before.
    static LocalCa open(Path folder, DataSource database, Clock clock) {
        return LocalCa.open(
                settings(folder, KeyKind.P_256, URI.create("http://localhost:1")),
                database,
                clock,
                seeded(SEEDS.incrementAndGet()));
    }

    /// The same numbers in every run.
    static SecureRandom seeded(long seed) {
        try {
            SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
            random.setSeed(seed);
            return random;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static KeyPair key(long seed) {
        return KeyPairs.generate(KeyKind.P_256, seeded(seed));
    }

    /// Valid today, for nobody.
    static Certificate selfSigned(KeyPair pair) {
        X500Name name = new X500Name("CN=nobody");
        Instant now = Instant.now();
        try {
            return Certificate.ofDer(
                    new X509v3CertificateBuilder(
                                    name,
                                    BigInteger.TEN,
                                    new Time(Date.from(now)),
                                    new Time(Date.from(now.plus(Duration.ofDays(1)))),
                                    name,
                                    SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()))
                            .build(new SignatureContent(new SoftwareSigner(pair)))
                            .getEncoded());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static CertificationRequest first(long transaction, KeyPair key) {
        return new CertificationRequest(
                new UUID(0, transaction),
                StandardProfiles.HOLDER_SIGNATURE,
                HOLDER,
                key.getPublic(),
                ProofOfPossession.SIGNATURE,
                Optional.empty(),
                Optional.empty());
    }

    static CertificationRequest renewal(long transaction, Certificate old) {
        return new CertificationRequest(
                new UUID(0, transaction),
                StandardProfiles.HOLDER_SIGNATURE,
                old.subject(),
                old.publicKey(),
                ProofOfPossession.SIGNATURE,
                Optional.of(old),
                Optional.empty());
    }

    static CertificationRequest reKey(long transaction, Certificate old, KeyPair key) {
        return new CertificationRequest(
                new UUID(0, transaction),
                StandardProfiles.HOLDER_SIGNATURE,
                old.subject(),
                key.getPublic(),
                ProofOfPossession.SIGNATURE,
                Optional.of(old),
                Optional.empty());
    }

    static Certificate accepted(IssueOutcome outcome) {
        return switch (outcome) {
            case IssueOutcome.Accepted(Certificate certificate) -> certificate;
            case IssueOutcome.Waiting _, IssueOutcome.Rejection _ ->
                    throw new AssertionError("expected a certificate, got " + outcome);
        };
    }
}
