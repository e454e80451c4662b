// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import perennial.ca.settings.ProfileFile;

/// The profiles that come with this program, as files in `perennial/ca/profiles`.
public final class StandardProfiles {
    public static final String HOLDER_SIGNATURE = "holder-signature";
    public static final String HOLDER_ENCRYPTION = "holder-encryption";
    public static final String REGISTRATION_AUTHORITY = "registration-authority";
    public static final String CMP_RESPONDER = "cmp-responder";
    public static final String OCSP_RESPONDER = "ocsp-responder";
    public static final String SOFTWARE = "software";

    private static final List<String> DEMONSTRATION =
            List.of(
                    HOLDER_SIGNATURE,
                    HOLDER_ENCRYPTION,
                    SOFTWARE,
                    REGISTRATION_AUTHORITY,
                    CMP_RESPONDER,
                    OCSP_RESPONDER);

    /// Those of Taiwan's card authorities, in the shape of their published certificates.
    private static final List<String> CARDS =
            List.of(
                    "publicca-employee",
                    "gpki-person-signature",
                    "gpki-person-encryption",
                    "gpki-organisation-signature",
                    "gpki-organisation-encryption",
                    "foreign-resident-signature",
                    "foreign-resident-encryption");

    private StandardProfiles() {}

    /// The demonstration's: two certificates for each holder, five years, renewed from the old
    /// expiry, and those of the services.
    public static List<CertificateProfile> all() {
        return DEMONSTRATION.stream().map(StandardProfiles::named).toList();
    }

    /// The card profiles.
    public static List<CertificateProfile> cards() {
        return CARDS.stream().map(StandardProfiles::named).toList();
    }

    /// Whether a profile of this name comes with the program.
    public static boolean has(String name) {
        return DEMONSTRATION.contains(name) || CARDS.contains(name);
    }

    /// @throws IllegalArgumentException when none of this name comes with the program
    public static CertificateProfile named(String name) {
        if (!has(name)) {
            throw new IllegalArgumentException("no profile comes with the program as " + name);
        }
        String file = name + ".yaml";
        try (InputStream resource =
                StandardProfiles.class.getResourceAsStream("/perennial/ca/profiles/" + file)) {
            if (resource == null) {
                throw new IllegalStateException(file + " is not in this build");
            }
            return ProfileFile.read(file, resource.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
