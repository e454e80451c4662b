// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateParsingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import perennial.core.certificate.Certificate;

/// Who may sign an answer: a registration authority or an authority by extended key usage, or what
/// issued the certificate to be updated (RFC 9810 4.5).
final class AnswerTrust {
    private static final String CMC_RA = "1.3.6.1.5.5.7.3.28";

    /// id-kp-cmcCA, by which an authority lets another key than its own speak for it.
    private static final String CMC_CA = "1.3.6.1.5.5.7.3.27";

    private final List<Certificate> trustAnchors;
    private final Set<String> usages;

    private AnswerTrust(List<Certificate> trustAnchors, Set<String> usages) {
        this.trustAnchors = List.copyOf(trustAnchors);
        this.usages = Set.copyOf(usages);
    }

    /// For holders: registration authorities and authorities are believed.
    static AnswerTrust ofServices(List<Certificate> trustAnchors) {
        return new AnswerTrust(trustAnchors, Set.of(CMC_RA, CMC_CA));
    }

    /// For registration authorities: another one's word does not count.
    static AnswerTrust ofAuthorities(List<Certificate> trustAnchors) {
        return new AnswerTrust(trustAnchors, Set.of(CMC_CA));
    }

    /// @param others certificates that may stand between the signer's and an anchor
    /// @param issuer who issued the certificate to be updated
    boolean trusts(
            Certificate signer, List<Certificate> others, X500Principal issuer, Instant now) {
        return (isService(signer) || isAuthority(signer, issuer)) && chains(signer, others, now);
    }

    private boolean isService(Certificate signer) {
        try {
            List<String> given = signer.x509().getExtendedKeyUsage();
            return given != null
                    && given.stream().anyMatch(usages::contains)
                    && MessageProtection.maySign(signer);
        } catch (CertificateParsingException e) {
            return false;
        }
    }

    private static boolean isAuthority(Certificate signer, X500Principal issuer) {
        return signer.x509().getBasicConstraints() >= 0 && signer.subject().equals(issuer);
    }

    private boolean chains(Certificate signer, List<Certificate> others, Instant now) {
        if (trustAnchors.contains(signer)) {
            return signer.validity().contains(now);
        }
        Set<TrustAnchor> anchors = new HashSet<>();
        for (Certificate anchor : trustAnchors) {
            anchors.add(new TrustAnchor(anchor.x509(), null));
        }
        X509CertSelector target = new X509CertSelector();
        target.setCertificate(signer.x509());
        List<X509Certificate> given = others.stream().map(Certificate::x509).toList();
        try {
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
            parameters.setRevocationEnabled(false);
            parameters.setDate(dateOf(now));
            parameters.addCertStore(
                    CertStore.getInstance("Collection", new CollectionCertStoreParameters(given)));
            CertPathBuilder.getInstance("PKIX").build(parameters);
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    @SuppressWarnings("JavaUtilDate") // the JDK's path builder takes nothing else
    private static Date dateOf(Instant now) {
        return Date.from(now);
    }
}
