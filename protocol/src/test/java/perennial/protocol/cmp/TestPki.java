// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.io.IOException;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.SignatureAlgorithm;
import perennial.core.crypto.SoftwareSigner;

/// A root, an issuing authority and a registration authority, with real certificates.
final class TestPki {
    static final X500Principal HOLDER = new X500Principal("SERIALNUMBER=0001,CN=王小明,C=TW");

    /// The RSA holder, generated once for all tests.
    static final KeyPair RSA_KEYS = SoftwareKeys.rsa(new SecureRandom());

    private static final ASN1ObjectIdentifier CMC_RA =
            new ASN1ObjectIdentifier("1.3.6.1.5.5.7.3.28");

    final SecureRandom random = new SecureRandom();
    final Clock clock;
    final Certificate root;
    final Certificate issuing;
    final Credential ra;

    private final KeyPair rootKeys = SoftwareKeys.p256(random);
    private final KeyPair issuingKeys = SoftwareKeys.p256(random);
    private final AtomicInteger serials = new AtomicInteger(1000);

    TestPki(Clock clock) {
        this.clock = clock;
        X500Principal rootName = new X500Principal("CN=Test Root,C=TW");
        root = signed(rootKeys, rootName, rootKeys.getPublic(), rootName, authority());
        X500Principal issuingName = new X500Principal("CN=Test Issuing,C=TW");
        issuing = signed(rootKeys, rootName, issuingKeys.getPublic(), issuingName, authority());
        ra = registrationAuthority();
    }

    static TestPki atFixedTime() {
        return new TestPki(Clock.fixed(Instant.parse("2026-06-01T00:00:00Z"), ZoneOffset.UTC));
    }

    /// The issuing authority, signing messages itself.
    Credential issuingCredential() {
        return new Credential(new SoftwareSigner(issuingKeys), issuing, List.of());
    }

    private Credential registrationAuthority() {
        KeyPair keys = SoftwareKeys.p256(random);
        Certificate certificate =
                issued(
                        keys.getPublic(),
                        new X500Principal("CN=Test RA,C=TW"),
                        new Extended(
                                Extension.extendedKeyUsage,
                                new ExtendedKeyUsage(KeyPurposeId.getInstance(CMC_RA))));
        return new Credential(new SoftwareSigner(keys), certificate, List.of(issuing));
    }

    /// A certificate whose key may sign.
    Certificate signing(PublicKey key) {
        return issued(key, HOLDER, usage(KeyUsage.digitalSignature));
    }

    /// A certificate whose key must not sign.
    Certificate enciphering(PublicKey key) {
        return issued(
                key,
                HOLDER,
                usage(
                        key.getAlgorithm().equals("EC")
                                ? KeyUsage.keyAgreement
                                : KeyUsage.keyEncipherment));
    }

    Certificate issued(PublicKey key, X500Principal subject, Extended... extensions) {
        return signed(issuingKeys, issuing.subject(), key, subject, extensions);
    }

    static Extended usage(int bits) {
        return new Extended(Extension.keyUsage, new KeyUsage(bits));
    }

    private static Extended[] authority() {
        return new Extended[] {
            new Extended(Extension.basicConstraints, new BasicConstraints(true)),
            usage(KeyUsage.keyCertSign | KeyUsage.cRLSign)
        };
    }

    private Certificate signed(
            KeyPair issuerKeys,
            X500Principal issuer,
            PublicKey key,
            X500Principal subject,
            Extended... extensions) {
        try {
            JcaX509v3CertificateBuilder builder =
                    new JcaX509v3CertificateBuilder(
                            issuer,
                            BigInteger.valueOf(serials.incrementAndGet()),
                            date(clock.instant().minus(Duration.ofDays(1))),
                            date(clock.instant().plus(Duration.ofDays(300))),
                            subject,
                            key);
            for (Extended extension : extensions) {
                builder.addExtension(extension.id(), true, extension.value());
            }
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    new SubjectKeyIdentifier(Arrays.copyOf(key.getEncoded(), 20)));
            return Certificate.ofDer(
                    builder.build(
                                    new JcaContentSignerBuilder(
                                                    SignatureAlgorithm.forKey(
                                                                    issuerKeys.getPublic())
                                                            .jdkName())
                                            .build(issuerKeys.getPrivate()))
                            .getEncoded());
        } catch (OperatorCreationException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("JavaUtilDate") // the certificate builder takes nothing else
    private static Date date(Instant instant) {
        return Date.from(instant);
    }

    record Extended(ASN1ObjectIdentifier id, ASN1Encodable value) {}
}
