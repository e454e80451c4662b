// SPDX-License-Identifier: Apache-2.0
package perennial.ca.rest;

import java.util.List;
import java.util.function.Supplier;
import perennial.ca.CertificateProfile;
import perennial.ca.store.CertificateDirectory;
import perennial.ca.store.IncidentStore;
import perennial.ca.store.LineageStore;
import perennial.core.authority.CertificationAuthority;
import perennial.core.certificate.Certificate;

/// One authority as the REST door needs it.
///
/// @param certificate of the issuing key
/// @param crl the full CRL, DER
public record RestAuthority(
        String name,
        CertificationAuthority authority,
        Certificate certificate,
        List<CertificateProfile> profiles,
        Stores stores,
        Supplier<byte[]> crl) {
    public RestAuthority {
        profiles = List.copyOf(profiles);
    }

    /// What is read and written beside issuing and revoking.
    public record Stores(
            LineageStore lineages, CertificateDirectory directory, IncidentStore incidents) {}
}
