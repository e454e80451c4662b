// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.lint;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Boolean;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.ReasonFlags;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;

/// Bytes that break one rule about extensions each.
final class BrokenExtensions {
    private static final ASN1ObjectIdentifier UNHEARD_OF = new ASN1ObjectIdentifier("2.999.77");

    private final Specimen good;
    private final List<Broken> all = new ArrayList<>();

    BrokenExtensions(Specimen good) {
        this.good = good;
        encodings();
        identifiers();
        keyUsage();
        purposes();
        others();
        alternativeNames();
        distributionPoints();
        authorityInformation();
    }

    Stream<Broken> all() {
        return all.stream();
    }

    private void breaks(String lint, String how, Specimen.Bytes bytes) {
        all.add(new Broken(lint, how, bytes));
    }

    private void encodings() {
        ASN1ObjectIdentifier usage = Extension.keyUsage;
        ASN1Encodable value = new DEROctetString(bits(0, 0x80, 7));
        byte[] right = good.extension(usage, sequence(usage, ASN1Boolean.TRUE, value)).tbs();
        byte[] wrong = right.clone();
        byte[] mark = {1, 1, (byte) 0xFF, 4, 4, 3, 2};
        wrong[indexOf(right, mark) + 2] = 1;
        breaks("is DER", "TRUE is 01", new Specimen.Bytes(wrong, good.request()));
        byte[] indefinite = {0x30, (byte) 0x80, 0, 0};
        breaks("extension values are DER", "BER", extension(Extension.qCStatements, indefinite));
        breaks(
                "extension values are DER",
                "an octet behind it",
                extension(Extension.qCStatements, new byte[] {0x30, 0, 0}));
        String left = "default values are left out";
        ASN1ObjectIdentifier policies = Extension.certificatePolicies;
        Extension present = good.read().getExtensions().getExtension(policies);
        breaks(
                left,
                "critical FALSE",
                good.extension(
                        policies, sequence(policies, ASN1Boolean.FALSE, present.getExtnValue())));
        breaks(
                left,
                "cA FALSE",
                good.extension(Extension.basicConstraints, false, sequence(ASN1Boolean.FALSE)));
        breaks("key usage ends with a bit that is set", "seven zeros", usage(bits(0, 0x80, 0)));
        breaks("key usage ends with a bit that is set", "nine bits", usage(bits(0x80, 0x00, 7, 2)));
    }

    private static int indexOf(byte[] octets, byte[] part) {
        for (int at = 0; ; at++) {
            if (java.util.Arrays.equals(octets, at, at + part.length, part, 0, part.length)) {
                return at;
            }
        }
    }

    private Specimen.Bytes extension(ASN1ObjectIdentifier oid, byte[] value) {
        return good.extension(oid, value);
    }

    private static DERSequence sequence(ASN1Encodable... elements) {
        return new DERSequence(elements);
    }

    private void identifiers() {
        ASN1ObjectIdentifier oid = Extension.authorityKeyIdentifier;
        String key = "authority key identifier is the issuing key's";
        breaks(key, "absent", good.without(oid));
        breaks(
                key,
                "foreign",
                good.extension(oid, false, new AuthorityKeyIdentifier(new byte[20])));
        byte[] right =
                AuthorityKeyIdentifier.fromExtensions(good.read().getExtensions())
                        .getKeyIdentifierOctets();
        GeneralNames root = new GeneralNames(new GeneralName(new X500Name("C=TW,CN=Root")));
        breaks(
                "authority key identifier names the issuing certificate or none",
                "another serial number",
                good.extension(
                        oid, false, new AuthorityKeyIdentifier(right, root, BigInteger.TWO)));
        breaks(
                "authority key identifier names the issuing certificate or none",
                "another issuer",
                good.extension(
                        oid,
                        false,
                        new AuthorityKeyIdentifier(
                                right,
                                new GeneralNames(new GeneralName(new X500Name("CN=a"))),
                                good.issuer().serialNumber().value())));
        breaks(
                "subject key identifier is the key's",
                "foreign",
                good.extension(
                        Extension.subjectKeyIdentifier,
                        false,
                        new SubjectKeyIdentifier(new byte[20])));
        breaks(
                "subject key identifier is the key's",
                "absent",
                good.without(Extension.subjectKeyIdentifier));
    }

    private void keyUsage() {
        ASN1ObjectIdentifier oid = Extension.keyUsage;
        String present = "key usage is present and critical";
        breaks(present, "absent", good.without(oid));
        breaks(
                present,
                "not critical",
                good.extension(oid, false, new KeyUsage(KeyUsage.digitalSignature)));
        String bits = "key usage has a bit set, and none of an authority's";
        breaks(bits, "an empty BIT STRING", usage(new byte[] {3, 1, 0}));
        breaks(bits, "cRLSign", usage(KeyUsage.digitalSignature | KeyUsage.cRLSign));
        breaks(bits, "keyCertSign", usage(KeyUsage.digitalSignature | KeyUsage.keyCertSign));
        String oneWay = "encipherOnly and decipherOnly stand one at a time beside keyAgreement";
        breaks(oneWay, "encipherOnly alone", usage(KeyUsage.encipherOnly));
        breaks(oneWay, "decipherOnly alone", usage(KeyUsage.decipherOnly));
        breaks(
                oneWay,
                "both",
                usage(KeyUsage.keyAgreement | KeyUsage.encipherOnly | KeyUsage.decipherOnly));
        breaks("key usage suits the key", "an EC key", usage(KeyUsage.keyEncipherment));
    }

    private Specimen.Bytes usage(int bits) {
        return good.extension(Extension.keyUsage, true, new KeyUsage(bits));
    }

    private Specimen.Bytes usage(byte[] value) {
        ASN1ObjectIdentifier oid = Extension.keyUsage;
        return good.extension(oid, sequence(oid, ASN1Boolean.TRUE, new DEROctetString(value)));
    }

    private static byte[] bits(int padding, int octet, int pad) {
        return new byte[] {3, 2, (byte) (padding | pad), (byte) octet};
    }

    private static byte[] bits(int first, int second, int pad, int octets) {
        return new byte[] {3, (byte) (octets + 1), (byte) pad, (byte) first, (byte) second};
    }

    private void purposes() {
        String any = "extended key usage is not empty, nor any";
        breaks(any, "any", purposes(KeyPurposeId.anyExtendedKeyUsage));
        breaks(any, "empty", good.extension(Extension.extendedKeyUsage, false, sequence()));
        breaks(
                "extended key usages stand there once each",
                "twice",
                good.extension(
                        Extension.extendedKeyUsage,
                        false,
                        sequence(KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_clientAuth)));
        String status = "a signer of status answers signs nothing else";
        breaks(
                status,
                "a holder",
                purposes(KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_OCSPSigning));
        breaks(
                status,
                "status is not asked for",
                good.extension(
                        OCSPObjectIdentifiers.id_pkix_ocsp_nocheck, false, DERNull.INSTANCE));
    }

    private Specimen.Bytes purposes(KeyPurposeId... purposes) {
        return good.extension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
    }

    private void others() {
        breaks(
                "no critical extension but key usage",
                "extended key usage",
                good.extension(
                        Extension.extendedKeyUsage,
                        true,
                        new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth)));
        breaks(
                "every extension is one that a profile can ask for",
                "2.999.77",
                good.extension(UNHEARD_OF, false, DERNull.INSTANCE));
        breaks(
                "no constraints that only an authority's certificate may have",
                "names",
                good.extension(
                        Extension.nameConstraints,
                        false,
                        new NameConstraints(
                                new GeneralSubtree[] {
                                    new GeneralSubtree(new GeneralName(new X500Name("C=TW")))
                                },
                                null)));
        ASN1Encodable policy = sequence(new ASN1ObjectIdentifier("2.999.1.3"));
        String policies = "policies are present, each once";
        ASN1ObjectIdentifier oid = Extension.certificatePolicies;
        breaks(policies, "absent", good.without(oid));
        breaks(policies, "twice", good.extension(oid, false, sequence(policy, policy)));
        ASN1ObjectIdentifier directory = Extension.subjectDirectoryAttributes;
        String attributes = "directory attributes have values, each type once";
        breaks(attributes, "none", good.extension(directory, false, sequence()));
        breaks(
                attributes,
                "no value",
                good.extension(directory, false, sequence(sequence(UNHEARD_OF, new DERSet()))));
        String authority = "is no authority's certificate";
        ASN1ObjectIdentifier constraints = Extension.basicConstraints;
        breaks(authority, "cA", good.extension(constraints, false, new BasicConstraints(true)));
        breaks(
                authority,
                "path length",
                good.extension(
                        constraints, false, sequence(new org.bouncycastle.asn1.ASN1Integer(0))));
    }

    private void alternativeNames() {
        breaks(
                "alternative names are there, when the extension is",
                "none",
                good.extension(Extension.subjectAlternativeName, false, sequence()));
        alternativeName("an address without @", GeneralName.rfc822Name, "selftest.example");
        alternativeName("an address with a name", GeneralName.rfc822Name, "a <a@example.tw>");
        alternativeName("an empty address", GeneralName.rfc822Name, "");
        alternativeName("a host of a space", GeneralName.dNSName, " ");
        alternativeName("a relative address", GeneralName.uniformResourceIdentifier, "/a");
        breaks(
                "alternative names have the form of their kind",
                "an IP address of three octets",
                good.extension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(
                                new GeneralName(
                                        GeneralName.iPAddress,
                                        new DEROctetString(new byte[] {1, 2, 3})))));
    }

    private void alternativeName(String how, int kind, String name) {
        breaks(
                "alternative names have the form of their kind",
                how,
                good.extension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(new GeneralName(kind, new DERIA5String(name)))));
    }

    private void distributionPoints() {
        breaks(
                "says where the CRL is, or is a status signer",
                "absent",
                good.without(Extension.cRLDistributionPoints));
        point("bare", null, null, null);
        point("only reasons", null, new ReasonFlags(ReasonFlags.keyCompromise), null);
        point("https", name("https://localhost:1/a.crl"), null, null);
        point("no host", name("http:/a.crl"), null, null);
        point(
                "reasons",
                name("http://localhost:1/a.crl"),
                new ReasonFlags(ReasonFlags.unused),
                null);
        point(
                "another issuer",
                name("http://localhost:1/a.crl"),
                null,
                new GeneralNames(new GeneralName(new X500Name("CN=a"))));
        point(
                "relative",
                new DistributionPointName(
                        DistributionPointName.NAME_RELATIVE_TO_CRL_ISSUER,
                        new DERSet(
                                sequence(
                                        org.bouncycastle.asn1.x500.style.BCStyle.CN,
                                        new org.bouncycastle.asn1.DERUTF8String("a")))),
                null,
                null);
    }

    private void point(
            String how,
            org.bouncycastle.asn1.x509.@org.jspecify.annotations.Nullable DistributionPointName
                    name,
            @org.jspecify.annotations.Nullable ReasonFlags reasons,
            @org.jspecify.annotations.Nullable GeneralNames issuer) {
        breaks(
                "distribution points are whole names at http, for all reasons",
                how,
                good.extension(
                        Extension.cRLDistributionPoints,
                        false,
                        new CRLDistPoint(
                                new DistributionPoint[] {
                                    new DistributionPoint(name, reasons, issuer)
                                })));
    }

    private static DistributionPointName name(String uri) {
        return new DistributionPointName(
                new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, uri)));
    }

    private void authorityInformation() {
        ASN1ObjectIdentifier oid = Extension.authorityInfoAccess;
        String given = "says where status and issuer are, or is a status signer";
        AccessDescription status = access(AccessDescription.id_ad_ocsp, "http://localhost:1/ocsp");
        breaks(given, "absent", good.without(oid));
        breaks(
                given,
                "no issuer",
                good.extension(oid, false, new AuthorityInformationAccess(status)));
        breaks(
                "authority information is at http",
                "ldap",
                good.extension(
                        oid,
                        false,
                        new AuthorityInformationAccess(
                                new AccessDescription[] {
                                    status,
                                    access(AccessDescription.id_ad_caIssuers, "ldap://localhost/a")
                                })));
    }

    private static AccessDescription access(ASN1ObjectIdentifier method, String uri) {
        return new AccessDescription(
                method, new GeneralName(GeneralName.uniformResourceIdentifier, uri));
    }
}
