// SPDX-License-Identifier: Apache-2.0
package perennial.core.certificate;

import java.time.Instant;

/// What the authority says of a certificate now (RFC 6960 2.2). Suspended is revoked for
/// [RevocationReason#CERTIFICATE_HOLD].
public sealed interface CertStatus {
    /// Issued here and not revoked; says nothing about its validity period.
    record Good() implements CertStatus {}

    record Revoked(Instant time, RevocationReason reason) implements CertStatus {}

    /// Not issued here.
    record Unknown() implements CertStatus {}
}
