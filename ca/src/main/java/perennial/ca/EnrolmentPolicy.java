// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import perennial.core.certificate.Certificate;
import perennial.core.renewal.RenewalPolicy;

/// Who may ask an authority for what over CMP, and what is agreed about confirmations.
///
/// @param registrationAuthorities certificates of registration authorities beside those issued here
///   with id-kp-cmcRA; they may be another authority's
/// @param profiles by which this door issues at all; those of the authority's own services never
///   belong here
/// @param usual the profile of a first certificate where the request names none; one of `profiles`
/// @param holderProfiles by which holders may renew, and ask for more, by themselves; the others'
///   certificates come through a registration authority
/// @param renewal when holders may renew by themselves, how often, and with which key, where the
///   profile does not say
/// @param holdersRevoke whether holders may revoke and suspend their own certificates
/// @param implicitConfirm whether whoever asks for it is spared the confirmation
/// @param confirmWait how long a confirmation is waited for
/// @param unconfirmed what becomes of a certificate after that
public record EnrolmentPolicy(
        List<Certificate> registrationAuthorities,
        Set<String> profiles,
        String usual,
        Set<String> holderProfiles,
        RenewalPolicy renewal,
        boolean holdersRevoke,
        boolean implicitConfirm,
        Duration confirmWait,
        Unconfirmed unconfirmed) {

    /// What becomes of a certificate whose confirmation did not come.
    public enum Unconfirmed {
        /// Nothing: it is on record, has a status and can be revoked, and its transaction delivers
        /// it again. A lost message costs nobody a certificate.
        LEAVE,
        /// It is revoked for cessationOfOperation, and what it replaces may be renewed again.
        REVOKE
    }

    public EnrolmentPolicy {
        registrationAuthorities = List.copyOf(registrationAuthorities);
        profiles = Set.copyOf(profiles);
        holderProfiles = Set.copyOf(holderProfiles);
        if (!profiles.contains(usual) || !profiles.containsAll(holderProfiles)) {
            throw new IllegalArgumentException(
                    "the usual profile and those of holders must be among the profiles");
        }
        if (confirmWait.isNegative() || confirmWait.isZero()) {
            throw new IllegalArgumentException("confirmations must be waited for");
        }
    }

    /// The default of this project: holders renew by the standard policy and may revoke; an hour
    /// for the confirmation, and no harm done when it does not come.
    ///
    /// @param profiles the first is the usual one
    public static EnrolmentPolicy standard(List<String> profiles) {
        return new EnrolmentPolicy(
                List.of(),
                Set.copyOf(profiles),
                profiles.getFirst(),
                Set.copyOf(profiles),
                RenewalPolicy.standard(),
                true,
                true,
                Duration.ofHours(1),
                Unconfirmed.LEAVE);
    }

    /// The profile of a request that names one or none; empty when it must not be asked for here.
    public Optional<String> profile(Optional<String> asked) {
        return Optional.of(asked.orElse(usual)).filter(profiles::contains);
    }
}
