// SPDX-License-Identifier: Apache-2.0
package perennial.cli.server;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/// A TLS server's key with its certificates.
///
/// @param chain the key's own first; the root may be left out
public record TlsCredential(PrivateKey key, List<X509Certificate> chain) {
    public TlsCredential {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("a TLS server shows at least its own certificate");
        }
    }
}
