// SPDX-License-Identifier: Apache-2.0
package perennial.ca.profile;

import java.io.IOException;
import java.util.Date;
import java.util.EnumSet;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.PolicyInformation;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.cert.X509ExtensionUtils;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;
import perennial.ca.AuthoritySettings;
import perennial.ca.CertificateProfile;
import perennial.ca.keys.SignatureContent;
import perennial.core.authority.CertificationRequest;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.KeyUsage;
import perennial.core.certificate.SerialNumber;
import perennial.core.certificate.Validity;
import perennial.core.crypto.SignatureAlgorithm;

/// Lays out the bytes to be signed for one request by one profile (RFC 5280 4.1).
public final class TbsTemplate {
    private final Certificate issuer;
    private final AuthoritySettings authority;

    /// @param authority says where status and issuer are found
    public TbsTemplate(Certificate issuer, AuthoritySettings authority) {
        this.issuer = issuer;
        this.authority = authority;
    }

    /// The TBSCertificate, DER.
    ///
    /// @throws IllegalArgumentException when what it is to say of the holder does not fit the
    ///   profile
    public byte[] encode(
            CertificationRequest request,
            CertificateProfile profile,
            Validity validity,
            SerialNumber serialNumber) {
        SubjectPublicKeyInfo key = SubjectPublicKeyInfo.getInstance(request.key().getEncoded());
        V3TBSCertificateGenerator tbs = new V3TBSCertificateGenerator();
        tbs.setSerialNumber(new ASN1Integer(serialNumber.value()));
        tbs.setSignature(
                SignatureContent.identifier(SignatureAlgorithm.forKey(issuer.publicKey())));
        tbs.setIssuer(X500Name.getInstance(issuer.subject().getEncoded()));
        tbs.setStartDate(new Time(Date.from(validity.notBefore())));
        tbs.setEndDate(new Time(Date.from(validity.notAfter())));
        tbs.setSubject(X500Name.getInstance(request.subject().getEncoded()));
        tbs.setSubjectPublicKeyInfo(key);
        try {
            tbs.setExtensions(extensions(request, profile, key, partition(profile, serialNumber)));
            return tbs.generateTBSCertificate().getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new IllegalStateException("a profile of ours encodes", e);
        }
    }

    private Extensions extensions(
            CertificationRequest request,
            CertificateProfile profile,
            SubjectPublicKeyInfo key,
            CrlPartition partition)
            throws IOException {
        // Of its own: it computes with a digest that two threads would spoil for each other.
        X509ExtensionUtils identifiers = new BcX509ExtensionUtils();
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(
                Extension.authorityKeyIdentifier,
                false,
                identifiers.createAuthorityKeyIdentifier(
                        SubjectPublicKeyInfo.getInstance(issuer.publicKey().getEncoded())));
        extensions.addExtension(
                Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(key));
        extensions.addExtension(
                Extension.keyUsage,
                true,
                keyUsage(profile.keyUsages(), request.key().getAlgorithm()));
        extensions.addExtension(
                Extension.certificatePolicies,
                false,
                new CertificatePolicies(
                        profile.policies().stream()
                                .map(ASN1ObjectIdentifier::new)
                                .map(PolicyInformation::new)
                                .toArray(PolicyInformation[]::new)));
        extensions.addExtension(Extension.basicConstraints, false, new BasicConstraints(false));
        if (!profile.extendedKeyUsages().isEmpty()) {
            extensions.addExtension(
                    Extension.extendedKeyUsage,
                    false,
                    new ExtendedKeyUsage(
                            profile.extendedKeyUsages().stream()
                                    .map(ASN1ObjectIdentifier::new)
                                    .map(KeyPurposeId::getInstance)
                                    .toArray(KeyPurposeId[]::new)));
        }
        HolderExtensions.add(extensions, HolderExtensions.details(request, profile), profile);
        if (isOcspSigner(profile)) {
            extensions.addExtension(
                    OCSPObjectIdentifiers.id_pkix_ocsp_nocheck, false, DERNull.INSTANCE);
        } else {
            addStatusPointers(extensions, partition);
        }
        return extensions.generate();
    }

    /// Which CRL would list the certificate. One that names none is on the complete CRL only.
    public CrlPartition partition(CertificateProfile profile, SerialNumber serialNumber) {
        return isOcspSigner(profile)
                ? CrlPartition.COMPLETE
                : CrlPartition.of(serialNumber, authority.crl().partitions());
    }

    /// A status signer's own status is not asked for (RFC 6960 4.2.2.2.1); its life is short
    /// instead.
    private static boolean isOcspSigner(CertificateProfile profile) {
        return profile.extendedKeyUsages().contains(KeyPurposeId.id_kp_OCSPSigning.getId());
    }

    private void addStatusPointers(ExtensionsGenerator extensions, CrlPartition partition)
            throws IOException {
        extensions.addExtension(
                Extension.cRLDistributionPoints,
                false,
                new CRLDistPoint(
                        new DistributionPoint[] {
                            new DistributionPoint(partition.address(authority, false), null, null)
                        }));
        extensions.addExtension(
                Extension.authorityInfoAccess,
                false,
                new AuthorityInformationAccess(
                        new AccessDescription[] {
                            new AccessDescription(AccessDescription.id_ad_ocsp, uri("/ocsp")),
                            new AccessDescription(
                                    AccessDescription.id_ad_caIssuers, uri("/certs/%s.cer"))
                        }));
    }

    private GeneralName uri(String path) {
        return new GeneralName(
                GeneralName.uniformResourceIdentifier,
                authority.publicBase() + path.formatted(authority.name()));
    }

    /// An EC key does not encipher, it agrees (RFC 5480 3).
    private static org.bouncycastle.asn1.x509.KeyUsage keyUsage(
            Set<KeyUsage> usages, String keyAlgorithm) {
        EnumSet<KeyUsage> fitting = EnumSet.noneOf(KeyUsage.class);
        fitting.addAll(usages);
        Set<KeyUsage> enciphering =
                EnumSet.of(KeyUsage.KEY_ENCIPHERMENT, KeyUsage.DATA_ENCIPHERMENT);
        if (keyAlgorithm.equals("EC") && fitting.removeAll(enciphering)) {
            fitting.add(KeyUsage.KEY_AGREEMENT);
        }
        int bits = 0;
        for (KeyUsage usage : fitting) {
            bits |= 0x80 >> usage.bit();
        }
        return new org.bouncycastle.asn1.x509.KeyUsage(bits);
    }
}
