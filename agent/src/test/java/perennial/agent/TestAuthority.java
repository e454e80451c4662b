// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.SoftwareSigner;
import perennial.protocol.cmp.Credential;

/// An authority that issues real certificates, and a registration authority's credential of its
/// making.
final class TestAuthority {
    static final X500Principal HOLDER =
            new X500Principal("SERIALNUMBER=0000000177001900,CN=王小明,C=TW");

    final Certificate certificate;
    final Credential ra;

    private final KeyPair keys;
    private final SecureRandom random;
    private final Clock clock;
    private final AtomicInteger serials = new AtomicInteger(1000);

    TestAuthority(Clock clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
        this.keys = p256();
        X500Principal name = new X500Principal("CN=Test CA,C=TW");
        Duration tenYears = Duration.ofDays(3650);
        this.certificate =
                issue(
                        name,
                        name,
                        keys.getPublic(),
                        clock.instant().plus(tenYears),
                        builder -> {
                            builder.addExtension(
                                    Extension.basicConstraints, true, new BasicConstraints(true));
                            builder.addExtension(
                                    Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
                        });
        KeyPair raKeys = p256();
        ASN1ObjectIdentifier cmcRa = new ASN1ObjectIdentifier("1.3.6.1.5.5.7.3.28");
        Certificate raCertificate =
                issue(
                        name,
                        new X500Principal("CN=Test RA,C=TW"),
                        raKeys.getPublic(),
                        clock.instant().plus(tenYears),
                        builder ->
                                builder.addExtension(
                                        Extension.extendedKeyUsage,
                                        false,
                                        new ExtendedKeyUsage(KeyPurposeId.getInstance(cmcRa))));
        this.ra = new Credential(new SoftwareSigner(raKeys), raCertificate, List.of());
    }

    /// @param usage bits of [KeyUsage]
    Certificate issue(PublicKey key, int usage, Instant notAfter) {
        return issue(
                certificate.subject(),
                HOLDER,
                key,
                notAfter,
                builder -> builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage)));
    }

    /// The same subject, key and use for a year more.
    Certificate renewed(Certificate old) {
        return renewed(old, old.publicKey());
    }

    /// The same subject and use for a year more, for this key.
    Certificate renewed(Certificate old, PublicKey key) {
        boolean[] bits = old.x509().getKeyUsage();
        int usage =
                (bits[0] ? KeyUsage.digitalSignature : 0)
                        | (bits[2] ? KeyUsage.keyEncipherment : 0);
        return issue(key, usage, old.validity().notAfter().plus(Duration.ofDays(365)));
    }

    private interface Extensions {
        void add(JcaX509v3CertificateBuilder builder) throws IOException;
    }

    @SuppressWarnings("JavaUtilDate") // the certificate builder takes nothing else
    private Certificate issue(
            X500Principal issuer,
            X500Principal subject,
            PublicKey key,
            Instant notAfter,
            Extensions extensions) {
        try {
            JcaX509v3CertificateBuilder builder =
                    new JcaX509v3CertificateBuilder(
                            issuer,
                            BigInteger.valueOf(serials.incrementAndGet()),
                            Date.from(clock.instant().minus(Duration.ofDays(1))),
                            Date.from(notAfter),
                            subject,
                            key);
            extensions.add(builder);
            return Certificate.ofDer(
                    builder.build(
                                    new JcaContentSignerBuilder("SHA256withECDSA")
                                            .build(keys.getPrivate()))
                            .getEncoded());
        } catch (OperatorCreationException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private KeyPair p256() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
