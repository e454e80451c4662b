// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ocsp.OCSPResponseStatus;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import perennial.core.certificate.Certificate;

/// A certification authority with an OCSP responder.
@SuppressWarnings("JavaUtilDate") // the builders take nothing else
final class TestIssuer {
    static final String HOLDER = "王小明";
    private static final Duration YEARS = Duration.ofDays(3650);

    final Certificate certificate;
    private final KeyPair keys = p256();
    private final String name;
    private final AtomicInteger serials = new AtomicInteger(1000);
    private final Map<BigInteger, CertificateStatus> revoked = new ConcurrentHashMap<>();

    TestIssuer(String name) {
        this.name = name;
        this.certificate =
                issue(
                        name,
                        keys.getPublic(),
                        Instant.now().minus(YEARS),
                        Instant.now().plus(YEARS),
                        builder ->
                                builder.addExtension(
                                        Extension.basicConstraints,
                                        true,
                                        new BasicConstraints(true)));
    }

    interface Extensions {
        void add(JcaX509v3CertificateBuilder builder) throws Exception;
    }

    static KeyPair p256() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// For a holder's key.
    ///
    /// @param ocsp where its status is told
    Certificate forHolder(PublicKey key, int usage, Instant from, Instant to, String ocsp) {
        return issue(
                "SERIALNUMBER=0000000177001900,CN=" + HOLDER + ",C=TW",
                key,
                from,
                to,
                builder -> {
                    builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
                    builder.addExtension(
                            Extension.authorityInfoAccess,
                            false,
                            new AuthorityInformationAccess(
                                    AccessDescription.id_ad_ocsp,
                                    new GeneralName(GeneralName.uniformResourceIdentifier, ocsp)));
                });
    }

    /// For a holder's key, good for years.
    Certificate forHolder(PublicKey key, int usage, String ocsp) {
        Instant now = Instant.now();
        return forHolder(key, usage, now.minus(YEARS), now.plus(YEARS), ocsp);
    }

    /// For a TLS server on localhost.
    Certificate forServer(PublicKey key, Instant from, Instant to) {
        return issue(
                "CN=localhost",
                key,
                from,
                to,
                builder ->
                        builder.addExtension(
                                Extension.subjectAlternativeName,
                                false,
                                new GeneralNames(
                                        new GeneralName(GeneralName.dNSName, "localhost"))));
    }

    void revoke(Certificate revokedOne, int reason) {
        Date yesterday = Date.from(Instant.now().minus(Duration.ofDays(1)));
        revoked.put(revokedOne.x509().getSerialNumber(), new RevokedStatus(yesterday, reason));
    }

    /// @param request an OCSPRequest in DER (RFC 6960)
    byte[] status(byte[] request) throws Exception {
        BasicOCSPRespBuilder builder =
                new BasicOCSPRespBuilder(
                        SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()),
                        new JcaDigestCalculatorProviderBuilder().build().get(RespID.HASH_SHA1));
        Date now = Date.from(Instant.now());
        for (var one : new OCSPReq(request).getRequestList()) {
            CertificateID id = one.getCertID();
            CertificateStatus status = revoked.get(id.getSerialNumber());
            builder.addResponse(
                    id,
                    status == null ? CertificateStatus.GOOD : status,
                    now,
                    Date.from(now.toInstant().plus(Duration.ofDays(1))));
        }
        return new OCSPRespBuilder()
                .build(
                        OCSPResponseStatus.SUCCESSFUL,
                        builder.build(signer(), new X509CertificateHolder[0], now))
                .getEncoded();
    }

    private ContentSigner signer() throws Exception {
        return new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
    }

    private Certificate issue(
            String subject, PublicKey key, Instant from, Instant to, Extensions extensions) {
        try {
            String own = name;
            JcaX509v3CertificateBuilder builder =
                    new JcaX509v3CertificateBuilder(
                            new X500Principal(own),
                            BigInteger.valueOf(serials.incrementAndGet()),
                            Date.from(from),
                            Date.from(to),
                            new X500Principal(subject),
                            key);
            extensions.add(builder);
            return Certificate.ofDer(builder.build(signer()).getEncoded());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
