// SPDX-License-Identifier: Apache-2.0
package perennial.cli.server;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import perennial.core.certificate.Certificate;

/// Which client certificates are believed: a path by RFC 5280 6 to one of the authorities given,
/// for a key that may sign, for TLS clients or for a registration authority (id-kp-cmcRA, RFC 7030
/// 3.7), which the JDK's own trust manager would turn away.
///
/// Whether the certificate is revoked is not asked here but by the services, at every request: a
/// connection outlives a status.
final class ClientTrust extends X509ExtendedTrustManager {
    /// anyExtendedKeyUsage, id-kp-clientAuth (RFC 5280 4.2.1.12), id-kp-cmcRA (RFC 6402 2.10).
    private static final List<String> PURPOSES =
            List.of("2.5.29.37.0", "1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.28");

    private static final int DIGITAL_SIGNATURE = 0;
    private static final int MOST_CERTIFICATES = 6;

    private final List<X509Certificate> authorities;
    private final Clock clock;

    ClientTrust(List<Certificate> authorities, Clock clock) {
        this.authorities = authorities.stream().map(Certificate::x509).toList();
        this.clock = clock;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String authType)
            throws CertificateException {
        if (authorities.isEmpty() || shown.length == 0 || shown.length > MOST_CERTIFICATES) {
            throw new CertificateException("no chain to an authority of ours");
        }
        checkUse(shown[0]);
        try {
            PKIXParameters parameters = new PKIXParameters(anchors());
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(clock.instant()));
            CertPathValidator.getInstance("PKIX")
                    .validate(
                            CertificateFactory.getInstance("X.509")
                                    .generateCertPath(belowAnchors(shown)),
                            parameters);
        } catch (GeneralSecurityException e) {
            throw new CertificateException("the chain is not valid", e);
        }
    }

    @Override
    public void checkClientTrusted(
            X509Certificate[] shown, String authType, @Nullable Socket socket)
            throws CertificateException {
        checkClientTrusted(shown, authType);
    }

    @Override
    public void checkClientTrusted(
            X509Certificate[] shown, String authType, @Nullable SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(shown, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String authType)
            throws CertificateException {
        throw new CertificateException("this is a server");
    }

    @Override
    public void checkServerTrusted(
            X509Certificate[] shown, String authType, @Nullable Socket socket)
            throws CertificateException {
        checkServerTrusted(shown, authType);
    }

    @Override
    public void checkServerTrusted(
            X509Certificate[] shown, String authType, @Nullable SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(shown, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.toArray(X509Certificate[]::new);
    }

    private Set<TrustAnchor> anchors() {
        return authorities.stream()
                .map(authority -> new TrustAnchor(authority, null))
                .collect(Collectors.toUnmodifiableSet());
    }

    /// A path ends below its anchor; clients show more, up to the root.
    private List<X509Certificate> belowAnchors(X509Certificate[] shown) {
        return Arrays.stream(shown)
                .takeWhile(certificate -> !authorities.contains(certificate))
                .toList();
    }

    private static void checkUse(X509Certificate certificate) throws CertificateException {
        boolean[] usage = certificate.getKeyUsage();
        if (usage != null && !usage[DIGITAL_SIGNATURE]) {
            throw new CertificateException("the key may not sign");
        }
        List<String> purposes = certificate.getExtendedKeyUsage();
        if (purposes != null && purposes.stream().noneMatch(PURPOSES::contains)) {
            throw new CertificateException("neither for TLS clients nor for an RA");
        }
    }
}
