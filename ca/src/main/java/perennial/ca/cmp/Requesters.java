// SPDX-License-Identifier: Apache-2.0
package perennial.ca.cmp;

import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import perennial.core.authority.CertificationAuthority;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;
import perennial.protocol.cmp.Requester;

/// As whom somebody may speak whose certificate signed a message.
final class Requesters {
    /// id-kp-cmcRA (RFC 6402 2.10), which RFC 9810 4.5 names for a registration authority.
    private static final String CMC_RA = "1.3.6.1.5.5.7.3.28";

    private final CertificationAuthority authority;
    private final Certificate issuing;
    private final List<Certificate> listed;
    private final Clock clock;

    /// @param issuing the authority's certificate
    /// @param listed registration authorities by their certificates, whoever issued them
    Requesters(
            CertificationAuthority authority,
            Certificate issuing,
            List<Certificate> listed,
            Clock clock) {
        this.authority = authority;
        this.issuing = issuing;
        this.listed = List.copyOf(listed);
        this.clock = clock;
    }

    /// Empty for a certificate that is not valid now, not of this authority, revoked or suspended.
    Optional<Requester> of(Certificate signer) {
        if (!signer.validity().contains(clock.instant())) {
            return Optional.empty();
        }
        if (listed.contains(signer)) {
            return Optional.of(new Requester.RegistrationAuthority(signer));
        }
        if (!isIssuedHere(signer) || !(authority.status(signer.id()) instanceof CertStatus.Good)) {
            return Optional.empty();
        }
        return Optional.of(
                isRegistrationAuthority(signer)
                        ? new Requester.RegistrationAuthority(signer)
                        : new Requester.Holder(signer));
    }

    private boolean isIssuedHere(Certificate certificate) {
        if (!certificate.id().issuer().equals(issuing.subject())) {
            return false;
        }
        try {
            certificate.x509().verify(issuing.publicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static boolean isRegistrationAuthority(Certificate certificate) {
        try {
            List<String> usages = certificate.x509().getExtendedKeyUsage();
            return usages != null && usages.contains(CMC_RA);
        } catch (CertificateParsingException e) {
            return false;
        }
    }
}
