// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import java.time.Period;
import java.util.List;
import java.util.Set;
import perennial.core.certificate.CertificateProfile;
import perennial.core.certificate.CertificateProfile.NotAfterRule;
import perennial.core.certificate.CertificateProfile.NotBeforeRule;
import perennial.core.certificate.KeyUsage;

/// Profiles in the shape of Taiwan's certificate IC cards: two certificates for each holder, five
/// years, renewed from the old expiry. Policies are in the example arc 2.999 (ITU-T X.660), so that
/// nobody takes these certificates for a real authority's.
public final class StandardProfiles {
    public static final String HOLDER_SIGNATURE = "holder-signature";
    public static final String HOLDER_ENCRYPTION = "holder-encryption";
    public static final String REGISTRATION_AUTHORITY = "registration-authority";
    public static final String OCSP_RESPONDER = "ocsp-responder";
    public static final String SOFTWARE = "software";

    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final String EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4";
    private static final String OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";

    /// id-kp-cmcRA (RFC 6402 2.10), which RFC 9810 names for a registration authority.
    private static final String CMC_RA = "1.3.6.1.5.5.7.3.28";

    private static final List<String> HOLDER_POLICY = List.of("2.999.1.3");
    private static final List<String> SERVICE_POLICY = List.of("2.999.1.10");

    private StandardProfiles() {}

    public static List<CertificateProfile> all() {
        return List.of(
                holder(
                        HOLDER_SIGNATURE,
                        Set.of(KeyUsage.DIGITAL_SIGNATURE, KeyUsage.NON_REPUDIATION),
                        List.of(CLIENT_AUTH, EMAIL_PROTECTION)),
                holder(
                        HOLDER_ENCRYPTION,
                        Set.of(KeyUsage.KEY_ENCIPHERMENT, KeyUsage.DATA_ENCIPHERMENT),
                        List.of(EMAIL_PROTECTION)),
                holder(SOFTWARE, Set.of(KeyUsage.DIGITAL_SIGNATURE), List.of(CLIENT_AUTH)),
                service(REGISTRATION_AUTHORITY, CMC_RA, Period.ofYears(1)),
                service(OCSP_RESPONDER, OCSP_SIGNING, Period.ofDays(30)));
    }

    private static CertificateProfile holder(
            String name, Set<KeyUsage> usages, List<String> extendedUsages) {
        return new CertificateProfile(
                name,
                usages,
                extendedUsages,
                HOLDER_POLICY,
                Period.ofYears(5),
                Period.ofYears(5),
                NotBeforeRule.AT_ISSUE,
                NotAfterRule.FROM_OLD_EXPIRY);
    }

    private static CertificateProfile service(String name, String usage, Period lifetime) {
        return new CertificateProfile(
                name,
                Set.of(KeyUsage.DIGITAL_SIGNATURE),
                List.of(usage),
                SERVICE_POLICY,
                lifetime,
                lifetime,
                NotBeforeRule.AT_ISSUE,
                NotAfterRule.FROM_ISSUE);
    }
}
