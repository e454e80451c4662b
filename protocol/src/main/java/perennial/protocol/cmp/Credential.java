// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.util.List;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.Signer;

/// What a server signs its answers with.
///
/// @param signer the key
/// @param certificate the key's certificate; for a registration authority with the extended key
///   usage id-kp-cmcRA (RFC 9810 4.5)
/// @param chain its issuer, that one's issuer and so on; the trust anchor may be left out
public record Credential(Signer signer, Certificate certificate, List<Certificate> chain) {
    public Credential {
        if (!PublicKeys.same(signer.publicKey(), certificate.publicKey())) {
            throw new IllegalArgumentException("the certificate is not of the signer's key");
        }
        chain = List.copyOf(chain);
    }
}
