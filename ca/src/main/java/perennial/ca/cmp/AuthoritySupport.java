// SPDX-License-Identifier: Apache-2.0
package perennial.ca.cmp;

import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.x509.CertificateList;
import perennial.ca.CertificateProfile;
import perennial.ca.EnrolmentPolicy;
import perennial.core.authority.CertificationAuthority;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.core.crypto.KeyAlgorithm;
import perennial.protocol.cmp.CrlQuestion;
import perennial.protocol.cmp.RequestTemplate;
import perennial.protocol.cmp.RootUpdate;
import perennial.protocol.cmp.SupportService;

/// What an authority tells about itself over CMP.
public final class AuthoritySupport implements SupportService {
    /// A larger CRL is fetched where it is published.
    private static final int MAX_CRL_OCTETS = 4 * 1024 * 1024;

    private static final List<KeyAlgorithm> HOLDER_KEYS =
            List.of(
                    KeyAlgorithm.RSA_2048,
                    KeyAlgorithm.RSA_3072,
                    KeyAlgorithm.P_256,
                    KeyAlgorithm.P_384);

    private final CertificationAuthority authority;
    private final List<Certificate> chain;
    private final Map<String, CertificateProfile> profiles;
    private final EnrolmentPolicy policy;
    private final Crl crl;
    private final Clock clock;

    /// Where the newest CRL comes from.
    ///
    /// @param publishedUnder what the distribution points in certificates begin with
    /// @param der of the full CRL
    public record Crl(URI publishedUnder, Supplier<byte[]> der) {}

    /// @param chain issuing authority first, root last
    public AuthoritySupport(
            CertificationAuthority authority,
            List<Certificate> chain,
            List<CertificateProfile> profiles,
            EnrolmentPolicy policy,
            Crl crl,
            Clock clock) {
        this.authority = authority;
        this.chain = List.copyOf(chain);
        this.profiles =
                profiles.stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        CertificateProfile::name, Function.identity()));
        this.policy = policy;
        this.crl = crl;
        this.clock = clock;
    }

    @Override
    public List<Certificate> caCertificates() {
        return chain;
    }

    /// Another root of the same name is taken for the one before.
    @Override
    public Optional<RootUpdate> rootUpdate(Optional<Certificate> old) {
        Certificate root = chain.getLast();
        return old.filter(one -> !one.equals(root) && one.subject().equals(root.subject()))
                .map(_ -> new RootUpdate(root, Optional.empty(), Optional.empty()));
    }

    @Override
    public Optional<RequestTemplate> template(Optional<String> profile) {
        return policy.profile(profile)
                .map(profiles::get)
                .map(found ->
                        new RequestTemplate(
                                found.keyUsages(),
                                found.extendedKeyUsages(),
                                found.algorithms(clock.instant())
                                        .map(keys -> keys.stream().sorted().toList())
                                        .orElse(HOLDER_KEYS)));
    }

    @Override
    public Optional<byte[]> crl(CrlQuestion question) {
        boolean ours =
                question.issuers().isEmpty()
                        ? question.distributionPoints().isEmpty()
                                || question.distributionPoints().stream().anyMatch(this::isOurs)
                        : question.issuers().contains(chain.getFirst().subject());
        if (!ours) {
            return Optional.empty();
        }
        byte[] der = crl.der().get();
        return der.length <= MAX_CRL_OCTETS && isNewer(der, question.thisUpdate())
                ? Optional.of(der)
                : Optional.empty();
    }

    @Override
    public CertStatus status(CertificateId certificate) {
        return authority.status(certificate);
    }

    private boolean isOurs(URI distributionPoint) {
        return distributionPoint.toString().startsWith(crl.publishedUnder().toString());
    }

    @SuppressWarnings("JavaUtilDate") // the ASN.1 library gives nothing else
    private static boolean isNewer(byte[] der, Optional<Instant> thanThat) {
        Instant thisUpdate = CertificateList.getInstance(der).getThisUpdate().getDate().toInstant();
        return thanThat.map(thisUpdate::isAfter).orElse(true);
    }
}
