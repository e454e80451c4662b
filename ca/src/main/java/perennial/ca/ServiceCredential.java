// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import perennial.ca.keys.VerifiedSigner;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.Signer;

/// A service's key in use, and the certificate that says what it may be used for. Whatever the
/// signer signs has been verified under the certificate before it comes out: certificates, CRLs,
/// answers.
public record ServiceCredential(Signer signer, Certificate certificate) {
    /// @throws CaException AUTHORITY_KEY_WRONG when the certificate is another key's
    public ServiceCredential {
        signer = new VerifiedSigner(signer, certificate);
    }
}
