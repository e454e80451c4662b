// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import perennial.core.crypto.KeyKind;

/// What an authority is opened with. Names and key kind count only when the keys are made; later
/// they must be the same.
///
/// @param folder where the key files are; made with mode 0700 when absent
/// @param passphrase encrypts the key files; must stay open as long as the authority
/// @param rootName subject of the root, RFC 4514 text, most specific part first: `CN=…,O=…,C=TW`
/// @param issuingName subject of the issuing authority, likewise
/// @param keyKind of the root's and the issuing key
/// @param publicBase where relying parties find `/ocsp`, `/crl/issuing.crl` and
///   `/certs/issuing.cer`; without a slash at the end
/// @param profiles by which this authority issues, with different names
/// @param crl how its CRLs are published
public record CaSettings(
        Path folder,
        Passphrase passphrase,
        String rootName,
        String issuingName,
        KeyKind keyKind,
        URI publicBase,
        List<CertificateProfile> profiles,
        CrlPolicy crl) {

    private static final String NAME = "issuing";

    public CaSettings {
        if (new X500Principal(rootName).equals(new X500Principal(issuingName))) {
            throw new IllegalArgumentException("root and issuing authority need different names");
        }
        profiles = List.copyOf(profiles);
    }

    /// With one complete CRL.
    public CaSettings(
            Path folder,
            Passphrase passphrase,
            String rootName,
            String issuingName,
            KeyKind keyKind,
            URI publicBase,
            List<CertificateProfile> profiles) {
        this(
                folder,
                passphrase,
                rootName,
                issuingName,
                keyKind,
                publicBase,
                profiles,
                CrlPolicy.COMPLETE);
    }

    /// The part of these settings that is not about making keys.
    public AuthoritySettings authority() {
        return new AuthoritySettings(NAME, publicBase, profiles, crl);
    }

    /// Services have keys of the authority's kind, and everything lies in one folder.
    AuthorityHome home() {
        return new AuthorityHome(authority(), folder, passphrase, keyKind, Optional.empty());
    }
}
