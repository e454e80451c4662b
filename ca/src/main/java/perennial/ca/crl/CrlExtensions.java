// SPDX-License-Identifier: Apache-2.0
package perennial.ca.crl;

import java.io.IOException;
import java.util.OptionalLong;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;
import perennial.ca.AuthoritySettings;
import perennial.ca.profile.CrlPartition;
import perennial.core.certificate.Certificate;

/// The extensions of an authority's CRLs (RFC 5280 5.2).
final class CrlExtensions {
    private final Certificate issuer;
    private final AuthoritySettings settings;

    CrlExtensions(Certificate issuer, AuthoritySettings settings) {
        this.issuer = issuer;
        this.settings = settings;
    }

    /// @param base number of the full CRL that a delta starts from; empty for a full CRL
    Extensions of(CrlPartition partition, long number, OptionalLong base) {
        try {
            ExtensionsGenerator extensions = new ExtensionsGenerator();
            extensions.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new BcX509ExtensionUtils()
                            .createAuthorityKeyIdentifier(
                                    SubjectPublicKeyInfo.getInstance(
                                            issuer.publicKey().getEncoded())));
            extensions.addExtension(
                    Extension.cRLNumber,
                    false,
                    new CRLNumber(java.math.BigInteger.valueOf(number)));
            if (!partition.isComplete()) {
                addIssuingDistributionPoint(extensions, partition);
            }
            if (base.isPresent()) {
                extensions.addExtension(
                        Extension.deltaCRLIndicator, true, new ASN1Integer(base.getAsLong()));
            } else if (settings.crl().deltaLife().isPresent()) {
                extensions.addExtension(
                        Extension.freshestCRL,
                        false,
                        new CRLDistPoint(
                                new DistributionPoint[] {
                                    new DistributionPoint(
                                            partition.address(settings, true), null, null)
                                }));
            }
            return extensions.generate();
        } catch (IOException e) {
            throw new IllegalStateException("extensions of ours encode", e);
        }
    }

    /// Encoded as in the certificates of this partition, none of which is an authority's (RFC 5280
    /// 5.2.5).
    private void addIssuingDistributionPoint(ExtensionsGenerator extensions, CrlPartition partition)
            throws IOException {
        extensions.addExtension(
                Extension.issuingDistributionPoint,
                true,
                new IssuingDistributionPoint(
                        partition.address(settings, false), true, false, null, false, false));
    }
}
