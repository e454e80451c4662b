// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import perennial.core.certificate.Certificate;

/// The authorities served here.
final class Issuers {
    private final List<IssuerSettings> settings;

    Issuers(List<IssuerSettings> settings) {
        this.settings = List.copyOf(settings);
    }

    /// Whether an authority of this name is served.
    boolean serve(X500Principal name) {
        return named(name).isPresent();
    }

    /// The first authority of this name.
    Optional<IssuerSettings> named(X500Principal name) {
        return settings.stream().filter(s -> s.caCertificate().subject().equals(name)).findFirst();
    }

    /// The authority that signed the certificate: its name alone proves nothing.
    Optional<IssuerSettings> of(Certificate certificate) {
        return settings.stream()
                .filter(s -> s.caCertificate().subject().equals(certificate.id().issuer()))
                .filter(s -> signed(s.caCertificate(), certificate))
                .findFirst();
    }

    private static boolean signed(Certificate authority, Certificate certificate) {
        try {
            certificate.x509().verify(authority.publicKey());
            return true;
        } catch (GeneralSecurityException _) {
            return false;
        }
    }
}
