// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.lint;

import java.time.Instant;
import perennial.ca.CertificateProfile;
import perennial.core.authority.HolderDetails;
import perennial.core.certificate.Validity;

/// What a certificate is to say that is issued now.
///
/// @param profile by which it is issued
/// @param holder what it says of the holder beside the name
/// @param validity what the profile's rule gives, cut where the issuer ends or an earlier end is
///   asked for
/// @param publicBase what every address in it begins with
/// @param at now
public record Plan(
        CertificateProfile profile,
        HolderDetails holder,
        Validity validity,
        String publicBase,
        Instant at) {}
