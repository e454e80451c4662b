// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Believes whom another one believes, and remembers who issued the certificate that a server
/// showed, so that an interceptor can be named.
final class RecordedTrust extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager trust;
    private volatile @Nullable String issuer;

    RecordedTrust(X509ExtendedTrustManager trust) {
        this.trust = trust;
    }

    /// The issuer of the last server's certificate; empty when none was shown.
    Optional<String> issuer() {
        return Optional.ofNullable(issuer);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        note(chain);
        trust.checkServerTrusted(chain, type, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        note(chain);
        trust.checkServerTrusted(chain, type, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        note(chain);
        trust.checkServerTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        trust.checkClientTrusted(chain, type, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        trust.checkClientTrusted(chain, type, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        trust.checkClientTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return trust.getAcceptedIssuers();
    }

    private void note(X509Certificate[] chain) {
        if (chain.length > 0) {
            issuer = chain[0].getIssuerX500Principal().getName();
        }
    }
}
