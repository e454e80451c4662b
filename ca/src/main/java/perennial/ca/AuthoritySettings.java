// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What one issuing key issues, and where its status is found.
///
/// @param name lower-case word that names the authority in addresses, the database and logs; of two
///   keys of one authority each has its own
/// @param publicBase where relying parties find `/ocsp`, `/crl/<name>.crl` and `/certs/<name>.cer`;
///   without a slash at the end
/// @param profiles by which this authority issues, with different names
/// @param crl how its CRLs are published
public record AuthoritySettings(
        String name, URI publicBase, List<CertificateProfile> profiles, CrlPolicy crl) {

    /// With one complete CRL.
    public AuthoritySettings(String name, URI publicBase, List<CertificateProfile> profiles) {
        this(name, publicBase, profiles, CrlPolicy.COMPLETE);
    }

    public AuthoritySettings {
        if (!name.matches("[a-z][a-z0-9-]{0,31}")) {
            throw new IllegalArgumentException(
                    "an authority's name must be a lower-case word, got " + name);
        }
        String base = publicBase.toString();
        if (!base.startsWith("http://") || base.endsWith("/")) {
            throw new IllegalArgumentException(
                    "public base must begin with http:// and not end with a slash, got " + base);
        }
        profiles = List.copyOf(profiles);
        Set<String> names = new HashSet<>();
        for (CertificateProfile profile : profiles) {
            if (!names.add(profile.name())) {
                throw new IllegalArgumentException("two profiles are named " + profile.name());
            }
        }
    }
}
