// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.lint;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.TBSCertificate;
import perennial.ca.AuthoritySettings;
import perennial.ca.CaSettings;
import perennial.ca.CertificateProfile;
import perennial.ca.CertificateProfile.DirectoryAttribute;
import perennial.ca.CertificateProfile.Presence;
import perennial.ca.CertificateProfile.SubjectAttribute;
import perennial.ca.CertificateProfile.ValueKind;
import perennial.ca.Passphrase;
import perennial.ca.StandardProfiles;
import perennial.ca.keys.CaKeys;
import perennial.ca.keys.KeyPairs;
import perennial.ca.profile.HolderExtensions;
import perennial.ca.profile.TbsTemplate;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.HolderDetails;
import perennial.core.authority.ProofOfPossession;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.SerialNumber;
import perennial.core.certificate.Validity;
import perennial.core.crypto.KeyKind;

/// Bytes that a profile's template laid out for a request, and the same bytes altered.
public record Specimen(Certificate issuer, Plan plan, CertificationRequest request, byte[] tbs) {
    static final Instant NOW = Instant.parse("2040-03-01T00:00:00Z");
    static final Instant END = Instant.parse("2049-12-31T23:59:59Z");
    private static final String BASE = "http://localhost:1";

    /// What a gate looks at.
    public record Bytes(byte[] tbs, CertificationRequest request) {}

    static SecureRandom random() {
        return new SecureRandom(new byte[] {2});
    }

    public static Certificate issuer(Path folder) {
        CaSettings settings =
                new CaSettings(
                        folder,
                        new Passphrase("correct horse".toCharArray()),
                        "CN=Root,C=TW",
                        "CN=Issuing,C=TW",
                        KeyKind.P_256,
                        URI.create(BASE),
                        StandardProfiles.all());
        return CaKeys.open(settings, Clock.fixed(NOW, ZoneOffset.UTC), random())
                .issuing()
                .certificate();
    }

    public static LintGate gate(Certificate issuer) {
        return new LintGate(issuer, ThrowAwayKey.like(issuer.publicKey(), random()));
    }

    /// For a holder whom the profile allows.
    public static Specimen of(Certificate issuer, CertificateProfile profile, PublicKey key) {
        CertificationRequest request =
                new CertificationRequest(
                        new UUID(0, 1),
                        profile.name(),
                        subject(profile),
                        key,
                        ProofOfPossession.SIGNATURE,
                        Optional.empty(),
                        Optional.empty(),
                        details(profile));
        return of(
                issuer,
                new Plan(
                        profile,
                        HolderExtensions.details(request, profile),
                        new Validity(NOW, END),
                        BASE,
                        NOW),
                request);
    }

    private static X500Principal subject(CertificateProfile profile) {
        X500NameBuilder name = new X500NameBuilder();
        for (SubjectAttribute rule : profile.subject()) {
            if (rule.required()) {
                name.addRDN(
                        new ASN1ObjectIdentifier(rule.type()),
                        rule.value().orElseGet(() -> text(rule.pattern())));
            }
        }
        return profile.subject().isEmpty()
                ? new X500Principal("CN=測試人,C=TW")
                : principal(name.build());
    }

    private static String text(Optional<String> pattern) {
        return List.of("測試", "0000000112345678", "12345678", "AB00000001", "A").stream()
                .filter(text -> pattern.isEmpty() || text.matches(pattern.get()))
                .findFirst()
                .orElseThrow();
    }

    private static HolderDetails details(CertificateProfile profile) {
        Map<String, String> attributes = new HashMap<>();
        for (DirectoryAttribute rule : profile.directoryAttributes()) {
            attributes.put(
                    rule.type(),
                    rule.value()
                            .orElse(rule.kind() == ValueKind.OBJECT_IDENTIFIER ? "2.999.1" : "1"));
        }
        return new HolderDetails(
                profile.mail() == Presence.ABSENT
                        ? Optional.empty()
                        : Optional.of("selftest@example.tw"),
                attributes);
    }

    private static X500Principal principal(X500Name name) {
        try {
            return new X500Principal(name.getEncoded());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public static PublicKey key(KeyKind kind) {
        return KeyPairs.generate(kind, random()).getPublic();
    }

    private static Specimen of(Certificate issuer, Plan plan, CertificationRequest request) {
        byte[] tbs =
                new TbsTemplate(
                                issuer,
                                new AuthoritySettings(
                                        "issuing", URI.create(BASE), StandardProfiles.all()))
                        .encode(
                                request,
                                plan.profile(),
                                plan.validity(),
                                new SerialNumber(BigInteger.ONE.shiftLeft(127)));
        return new Specimen(issuer, plan, request, tbs);
    }

    /// The bytes and the request of another subject; of no other rule.
    Bytes named(X500Name subject) {
        return of(issuer, plan, with(principal(subject), request.key())).bytes();
    }

    /// The bytes and the request of another key.
    Bytes keyed(PublicKey key) {
        return of(issuer, plan, with(request.subject(), key)).bytes();
    }

    private CertificationRequest with(X500Principal subject, PublicKey key) {
        return new CertificationRequest(
                request.transaction(),
                request.profile(),
                subject,
                key,
                request.proof(),
                request.replaces(),
                request.notAfter(),
                request.details());
    }

    CertificationRequest replacing(Certificate old) {
        return new CertificationRequest(
                request.transaction(),
                request.profile(),
                request.subject(),
                request.key(),
                request.proof(),
                Optional.of(old),
                request.notAfter());
    }

    Bytes bytes() {
        return new Bytes(tbs, request);
    }

    TBSCertificate read() {
        return TBSCertificate.getInstance(tbs);
    }

    /// One of the elements replaced.
    Bytes with(int index, ASN1Encodable element) {
        ASN1Encodable[] elements = elements();
        elements[index] = element;
        return new Bytes(encode(new DERSequence(elements)), request);
    }

    ASN1Encodable[] elements() {
        return ASN1Sequence.getInstance(tbs).toArray();
    }

    /// One extension added, or put in the place of the one of this kind.
    Bytes extension(ASN1ObjectIdentifier oid, boolean critical, ASN1Encodable value) {
        return extension(oid, new Extension(oid, critical, encode(value)));
    }

    /// The octets of its value need not be anything.
    Bytes extension(ASN1ObjectIdentifier oid, byte[] value) {
        return extension(
                oid,
                new DERSequence(
                        List.of(oid, new DEROctetString(value)).toArray(ASN1Encodable[]::new)));
    }

    Bytes extension(ASN1ObjectIdentifier oid, ASN1Encodable extension) {
        ASN1EncodableVector extensions = others(oid);
        extensions.add(extension);
        return extensions(extensions);
    }

    Bytes without(ASN1ObjectIdentifier oid) {
        return extensions(others(oid));
    }

    Bytes twice(ASN1ObjectIdentifier oid) {
        ASN1EncodableVector extensions = others(new ASN1ObjectIdentifier("2.999.77"));
        extensions.add(read().getExtensions().getExtension(oid));
        return extensions(extensions);
    }

    Bytes noExtensions() {
        return new Bytes(encode(new DERSequence(Arrays.copyOf(elements(), 7))), request);
    }

    private ASN1EncodableVector others(ASN1ObjectIdentifier oid) {
        ASN1EncodableVector extensions = new ASN1EncodableVector();
        Extensions all = read().getExtensions();
        for (ASN1ObjectIdentifier present : all.getExtensionOIDs()) {
            if (!present.equals(oid)) {
                extensions.add(all.getExtension(present));
            }
        }
        return extensions;
    }

    private Bytes extensions(ASN1EncodableVector extensions) {
        return with(7, new DERTaggedObject(3, new DERSequence(extensions)));
    }

    static byte[] encode(ASN1Encodable value) {
        try {
            return value.toASN1Primitive().getEncoded();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
