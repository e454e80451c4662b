// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Date;
import java.util.Random;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import perennial.core.certificate.Certificate;

/// Certifies the keys of cards under test.
final class TestAuthority {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final KeyPair key;
    private int serial;

    TestAuthority() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            key = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A certificate of 1 to 2 KiB, as those of citizens are.
    Certificate certify(PublicKey holder) {
        serial++;
        byte[] ballast = new byte[1000];
        new Random(serial).nextBytes(ballast);
        try {
            JcaX509v3CertificateBuilder builder =
                    new JcaX509v3CertificateBuilder(
                            new X500Name("CN=Test CA"),
                            BigInteger.valueOf(serial),
                            date(START),
                            date(START.plusSeconds(86_400L * 365)),
                            new X500Name("CN=Holder"),
                            holder);
            builder.addExtension(
                    new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1"),
                    false,
                    new DEROctetString(ballast));
            byte[] der =
                    builder.build(
                                    new JcaContentSignerBuilder("SHA256withECDSA")
                                            .build(key.getPrivate()))
                            .getEncoded();
            return Certificate.ofDer(der);
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("JavaUtilDate")
    private static Date date(Instant instant) {
        return Date.from(instant);
    }
}
