// SPDX-License-Identifier: Apache-2.0
package perennial.core.renewal;

import java.util.Optional;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyAlgorithm;

/// What an authority wants for one certificate of a card, asked before anything begins.
///
/// @param kind same key or another one
/// @param newKey of which kind another key has to be; empty for any that the card makes
/// @param inFlight the unfinished renewal that this certificate belongs to
public record RenewalTerms(
        RenewalKind kind, Optional<KeyAlgorithm> newKey, Optional<InFlight> inFlight) {
    /// What an authority wants that says nothing: the same key again.
    public static final RenewalTerms SAME_KEY =
            new RenewalTerms(RenewalKind.RENEWAL, Optional.empty(), Optional.empty());

    /// An unfinished renewal that the authority knows of.
    ///
    /// @param old the certificate that is renewed: the one asked about, or, where that one is the
    ///   new certificate that nobody has confirmed yet, the one before it
    public record InFlight(RenewalId id, Certificate old) {}
}
