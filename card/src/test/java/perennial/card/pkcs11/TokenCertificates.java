// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import perennial.core.certificate.Certificate;

/// An authority for test tokens; every certificate is a day younger than the one before.
public final class TokenCertificates {
    public static final int SIGNING = KeyUsage.digitalSignature | KeyUsage.nonRepudiation;
    public static final int AUTHENTICATING = KeyUsage.digitalSignature;
    public static final int ENCIPHERING = KeyUsage.keyEncipherment;
    public static final int AGREEING = KeyUsage.keyAgreement;

    private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicInteger issued = new AtomicInteger();
    private final KeyPair authority;

    public TokenCertificates() {
        this.authority = pair("EC", 256);
    }

    public Certificate issue(PublicKey key, int usage) {
        int number = issued.incrementAndGet();
        Instant notBefore = FIRST.plus(number, ChronoUnit.DAYS);
        try {
            X509v3CertificateBuilder builder =
                    new X509v3CertificateBuilder(
                            new X500Name("CN=Test Authority"),
                            BigInteger.valueOf(number),
                            Date.from(notBefore),
                            Date.from(notBefore.plus(365, ChronoUnit.DAYS)),
                            new X500Name("CN=Holder"),
                            SubjectPublicKeyInfo.getInstance(key.getEncoded()));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
            return Certificate.ofDer(
                    builder.build(
                                    new JcaContentSignerBuilder("SHA256withECDSA")
                                            .build(authority.getPrivate()))
                            .getEncoded());
        } catch (Exception e) {
            throw new AssertionError("a test certificate", e);
        }
    }

    static KeyPair pair(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
