// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.BERSequence;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTCTime;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.Validity;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import perennial.ca.CaSettings;
import perennial.ca.Passphrase;
import perennial.ca.StandardProfiles;
import perennial.ca.keys.CaKeys;
import perennial.ca.keys.KeyPairs;
import perennial.ca.profile.TbsTemplate;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.ProofOfPossession;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.SerialNumber;
import perennial.core.crypto.KeyKind;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LintedTest {
    private static final Instant NOW = Instant.parse("2040-03-01T00:00:00Z");
    private static final SecureRandom RANDOM = new SecureRandom(new byte[] {2});

    private Certificate issuer;
    private CertificationRequest request;
    private byte[] good;
    private TBSCertificate base;

    /// Bytes made bad in one way, and the lint that has to find it.
    record Bad(String lint, byte[] tbs) {
        @Override
        public String toString() {
            return lint;
        }
    }

    @BeforeAll
    void makeGoodBytes(@TempDir Path folder) {
        CaSettings settings =
                new CaSettings(
                        folder,
                        new Passphrase("correct horse".toCharArray()),
                        "CN=Root,C=TW",
                        "CN=Issuing,C=TW",
                        KeyKind.P_256,
                        URI.create("http://localhost:1"),
                        StandardProfiles.all());
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        issuer = CaKeys.open(settings, clock, RANDOM).issuing().certificate();
        request =
                new CertificationRequest(
                        new UUID(0, 1),
                        StandardProfiles.HOLDER_SIGNATURE,
                        new X500Principal("CN=測試人,C=TW"),
                        KeyPairs.generate(KeyKind.P_256, RANDOM).getPublic(),
                        ProofOfPossession.SIGNATURE,
                        Optional.empty(),
                        Optional.empty());
        good =
                new TbsTemplate(issuer, settings.authority())
                        .encode(
                                request,
                                StandardProfiles.all().getFirst(),
                                new perennial.core.certificate.Validity(
                                        NOW, Instant.parse("2049-12-31T23:59:59Z")),
                                new SerialNumber(BigInteger.ONE.shiftLeft(127)));
        base = TBSCertificate.getInstance(good);
    }

    @Test
    void good_bytes_pass_and_can_be_taken_once() {
        Linted linted =
                assertInstanceOf(Linted.Outcome.Clean.class, Linted.check(good, issuer, request))
                        .linted();

        assertTrue(Arrays.equals(good, linted.take()));
        assertThrows(IllegalStateException.class, linted::take);
    }

    @ParameterizedTest
    @MethodSource("bad")
    void bad_bytes_are_found(Bad bad) {
        assertTrue(names(Linted.check(bad.tbs(), issuer, request)).contains(bad.lint()));
    }

    /// A lint that nothing shows to work is not one.
    @Test
    void every_lint_is_shown_to_find_something() {
        TreeSet<String> shown = new TreeSet<>();
        bad().map(Bad::lint).forEach(shown::add);
        // Shown with another request.
        shown.add("a renewal keeps the subject");
        shown.add("key is strong enough");
        TreeSet<String> all = new TreeSet<>();
        Stream.concat(FieldLints.ALL.stream(), ExtensionLints.ALL.stream())
                .map(Lint::name)
                .forEach(all::add);
        all.add(UNREADABLE);

        assertEquals(all, shown);
    }

    @Test
    void a_renewal_for_another_subject_is_found() {
        CertificationRequest renewal =
                new CertificationRequest(
                        request.transaction(),
                        request.profile(),
                        request.subject(),
                        request.key(),
                        request.proof(),
                        Optional.of(issuer),
                        Optional.empty());

        assertEquals(
                List.of("a renewal keeps the subject"), names(Linted.check(good, issuer, renewal)));
    }

    @Test
    void a_weak_key_is_found() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024, RANDOM);
        CertificationRequest weak =
                new CertificationRequest(
                        request.transaction(),
                        request.profile(),
                        request.subject(),
                        generator.generateKeyPair().getPublic(),
                        request.proof(),
                        Optional.empty(),
                        Optional.empty());

        assertTrue(names(Linted.check(good, issuer, weak)).contains("key is strong enough"));
    }

    private static List<String> names(Linted.Outcome outcome) {
        return switch (outcome) {
            case Linted.Outcome.Clean _ -> List.of();
            case Linted.Outcome.Refused(List<Lint.Finding> findings) ->
                    findings.stream().map(Lint.Finding::name).toList();
        };
    }

    private static final String UNREADABLE = "is one TBSCertificate, no extension twice";

    Stream<Bad> bad() {
        return Stream.concat(badFields(), badExtensions());
    }

    private Stream<Bad> badFields() {
        KeyPair other = KeyPairs.generate(KeyKind.P_256, RANDOM);
        return Stream.of(
                new Bad(UNREADABLE, new byte[] {0x30, 0x01}),
                new Bad("is DER", notDer()),
                new Bad(
                        "a second parser reads the same",
                        with(
                                6,
                                new SubjectPublicKeyInfo(
                                        base.getSubjectPublicKeyInfo().getAlgorithm(),
                                        new byte[] {4, 1, 2}))),
                new Bad("version is 3", version2()),
                new Bad(
                        "serial number is positive, random, at most 20 octets",
                        with(1, new ASN1Integer(BigInteger.TEN))),
                new Bad(
                        "serial number is positive, random, at most 20 octets",
                        with(1, new ASN1Integer(BigInteger.ONE.shiftLeft(159)))),
                new Bad(
                        "serial number is positive, random, at most 20 octets",
                        with(1, new ASN1Integer(BigInteger.ONE.shiftLeft(100).negate()))),
                new Bad(
                        "signature algorithm is the issuing key's",
                        with(
                                2,
                                new DERSequence(
                                        new ASN1Encodable[] {
                                            base.getSignature().getAlgorithm(), DERNull.INSTANCE
                                        }))),
                new Bad(
                        "issuer is the issuing authority's subject, octet for octet",
                        with(3, new X500Name("CN=Issuing"))),
                new Bad(
                        "times are UTCTime to 2049, GeneralizedTime from 2050, to the second",
                        until(new DERGeneralizedTime("20491231235959Z"))),
                new Bad(
                        "times are UTCTime to 2049, GeneralizedTime from 2050, to the second",
                        until(new DERUTCTime("4912312359Z"))),
                new Bad(
                        "validity lies inside the issuing authority's",
                        until(new DERGeneralizedTime("20600101000000Z"))),
                new Bad(
                        "validity lies inside the issuing authority's",
                        until(new DERUTCTime("390101000000Z"))),
                new Bad(
                        "subject is not empty, its values are UTF8String or PrintableString",
                        with(5, new DERSequence())),
                new Bad(
                        "subject is not empty, its values are UTF8String or PrintableString",
                        with(
                                5,
                                new X500NameBuilder()
                                        .addRDN(BCStyle.CN, new DERBMPString("測試人"))
                                        .build())),
                new Bad("subject is what was asked for", with(5, new X500Name("CN=Another"))),
                new Bad(
                        "key is the requested one",
                        with(6, SubjectPublicKeyInfo.getInstance(other.getPublic().getEncoded()))),
                new Bad("no unique identifiers", withUniqueId()));
    }

    private Stream<Bad> badExtensions() {
        ASN1ObjectIdentifier unheardOf = new ASN1ObjectIdentifier("2.999.77");
        return Stream.of(
                new Bad(UNREADABLE, extensionTwice()),
                new Bad(
                        "no critical extension but key usage",
                        extension(unheardOf, true, DERNull.INSTANCE)),
                new Bad(
                        "authority key identifier is the issuing key's",
                        without(Extension.authorityKeyIdentifier)),
                new Bad(
                        "subject key identifier is the key's",
                        extension(
                                Extension.subjectKeyIdentifier,
                                false,
                                new SubjectKeyIdentifier(new byte[20]))),
                new Bad(
                        "key usage is present, critical and not an authority's",
                        without(Extension.keyUsage)),
                new Bad(
                        "key usage is present, critical and not an authority's",
                        extension(
                                Extension.keyUsage,
                                false,
                                new KeyUsage(KeyUsage.digitalSignature))),
                new Bad(
                        "key usage is present, critical and not an authority's",
                        extension(
                                Extension.keyUsage,
                                true,
                                new KeyUsage(KeyUsage.digitalSignature | KeyUsage.cRLSign))),
                new Bad(
                        "key usage suits the key",
                        extension(
                                Extension.keyUsage, true, new KeyUsage(KeyUsage.keyEncipherment))),
                new Bad("policies are present, each once", without(Extension.certificatePolicies)),
                new Bad(
                        "is no authority's certificate",
                        extension(Extension.basicConstraints, false, new BasicConstraints(true))),
                new Bad(
                        "extended key usage is not any",
                        extension(
                                Extension.extendedKeyUsage,
                                false,
                                new ExtendedKeyUsage(KeyPurposeId.anyExtendedKeyUsage))),
                new Bad(
                        "says where the CRL is, or is a status signer",
                        without(Extension.cRLDistributionPoints)),
                new Bad(
                        "says where status and issuer are, or is a status signer",
                        without(Extension.authorityInfoAccess)));
    }

    /// The good bytes with one of their elements replaced.
    private byte[] with(int index, ASN1Encodable element) {
        ASN1Encodable[] elements = ASN1Sequence.getInstance(good).toArray();
        elements[index] = element;
        return encode(new DERSequence(elements));
    }

    /// Version 2 has no extensions.
    private byte[] version2() {
        ASN1Encodable[] elements = ASN1Sequence.getInstance(good).toArray();
        elements[0] = new DERTaggedObject(0, new ASN1Integer(1));
        return encode(new DERSequence(Arrays.copyOf(elements, 7)));
    }

    private byte[] until(ASN1Encodable end) {
        return with(4, new Validity(base.getStartDate(), new Time(end.toASN1Primitive())));
    }

    private byte[] withUniqueId() {
        ASN1EncodableVector elements = new ASN1EncodableVector();
        ASN1Encodable[] present = ASN1Sequence.getInstance(good).toArray();
        for (int i = 0; i < 7; i++) {
            elements.add(present[i]);
        }
        elements.add(
                new DERTaggedObject(
                        false, 1, new org.bouncycastle.asn1.DERBitString(new byte[] {1})));
        elements.add(present[7]);
        return encode(new DERSequence(elements));
    }

    private byte[] notDer() {
        try {
            return new BERSequence(ASN1Sequence.getInstance(good).toArray())
                    .getEncoded(ASN1Encoding.BER);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] extension(ASN1ObjectIdentifier oid, boolean critical, ASN1Encodable value) {
        ASN1EncodableVector extensions = others(oid);
        try {
            extensions.add(new Extension(oid, critical, value.toASN1Primitive().getEncoded()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return withExtensions(extensions);
    }

    private byte[] without(ASN1ObjectIdentifier oid) {
        return withExtensions(others(oid));
    }

    private byte[] extensionTwice() {
        ASN1EncodableVector extensions = others(new ASN1ObjectIdentifier("2.999.77"));
        extensions.add(base.getExtensions().getExtension(Extension.keyUsage));
        return withExtensions(extensions);
    }

    private ASN1EncodableVector others(ASN1ObjectIdentifier oid) {
        ASN1EncodableVector extensions = new ASN1EncodableVector();
        for (ASN1ObjectIdentifier present : base.getExtensions().getExtensionOIDs()) {
            if (!present.equals(oid)) {
                extensions.add(base.getExtensions().getExtension(present));
            }
        }
        return extensions;
    }

    private byte[] withExtensions(ASN1EncodableVector extensions) {
        return with(7, new DERTaggedObject(3, new DERSequence(extensions)));
    }

    private static byte[] encode(DERSequence sequence) {
        try {
            return sequence.getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
