// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cms;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import perennial.core.certificate.Certificate;

/// The way from a certificate to one that is trusted (RFC 5280 6). Revocation is not asked.
public final class CertificateChain {
    private CertificateChain() {}

    /// @param others certificates that may stand between
    /// @return from the certificate to the anchor, both inside; empty when there is no way
    public static List<Certificate> find(
            Certificate certificate,
            List<Certificate> others,
            List<Certificate> anchors,
            Instant at) {
        if (anchors.contains(certificate)) {
            return certificate.validity().contains(at) ? List.of(certificate) : List.of();
        }
        if (anchors.isEmpty()) {
            return List.of();
        }
        Set<TrustAnchor> trusted = new HashSet<>();
        anchors.forEach(anchor -> trusted.add(new TrustAnchor(anchor.x509(), null)));
        X509CertSelector target = new X509CertSelector();
        target.setCertificate(certificate.x509());
        List<X509Certificate> given = others.stream().map(Certificate::x509).toList();
        try {
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(trusted, target);
            parameters.setRevocationEnabled(false);
            parameters.setDate(dateOf(at));
            parameters.addCertStore(
                    CertStore.getInstance("Collection", new CollectionCertStoreParameters(given)));
            return chain(
                    (PKIXCertPathBuilderResult)
                            CertPathBuilder.getInstance("PKIX").build(parameters));
        } catch (GeneralSecurityException e) {
            return List.of();
        }
    }

    private static List<Certificate> chain(PKIXCertPathBuilderResult built)
            throws CertificateEncodingException {
        List<Certificate> chain = new ArrayList<>();
        for (java.security.cert.Certificate one : built.getCertPath().getCertificates()) {
            chain.add(Certificate.ofDer(one.getEncoded()));
        }
        chain.add(Certificate.ofDer(built.getTrustAnchor().getTrustedCert().getEncoded()));
        return chain;
    }

    @SuppressWarnings("JavaUtilDate") // the JDK's path builder takes nothing else
    private static Date dateOf(Instant now) {
        return Date.from(now);
    }
}
