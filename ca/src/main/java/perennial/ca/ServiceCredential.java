// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import perennial.core.certificate.Certificate;
import perennial.core.crypto.Signer;

/// A service's key in use, and the certificate that says what it may be used for.
public record ServiceCredential(Signer signer, Certificate certificate) {}
