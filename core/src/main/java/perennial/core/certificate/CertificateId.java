// SPDX-License-Identifier: Apache-2.0
package perennial.core.certificate;

import javax.security.auth.x500.X500Principal;

/// Names one certificate in the world: issuer and serial number (RFC 5280 4.1.2.2).
public record CertificateId(X500Principal issuer, SerialNumber serialNumber) {}
