// SPDX-License-Identifier: Apache-2.0
package perennial.core.authority;

import perennial.core.certificate.CertStatus;

/// What an authority answers to a [RevocationRequest].
public sealed interface RevocationOutcome {
    /// The status after it.
    CertStatus status();

    /// It stands as it was asked for; by this request, or since before.
    record Done(CertStatus status) implements RevocationOutcome {}

    /// Nothing was changed: [FailInfo#badCertId] when the certificate was not issued here,
    /// [FailInfo#certRevoked] when it is revoked for good, [FailInfo#badRequest] for what cannot be
    /// asked of it.
    ///
    /// @param text for logs and developers, in English
    record Refused(FailInfo reason, String text, CertStatus status) implements RevocationOutcome {}
}
