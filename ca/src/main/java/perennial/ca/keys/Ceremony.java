// SPDX-License-Identifier: Apache-2.0
package perennial.ca.keys;

import java.io.IOException;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.PolicyInformation;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.cert.X509ExtensionUtils;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;
import perennial.ca.CaSettings;
import perennial.ca.ServiceCredential;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.Validity;
import perennial.core.crypto.Signer;

/// Makes the authority's own keys and certificates: the root once, the issuing authority under it.
final class Ceremony {
    private static final Period ROOT_LIFETIME = Period.ofYears(20);
    private static final Period ISSUING_LIFETIME = Period.ofYears(15);
    private static final int SERIAL_BITS = 128;
    private static final ASN1ObjectIdentifier ANY_POLICY = new ASN1ObjectIdentifier("2.5.29.32.0");

    private final CaSettings settings;
    private final Clock clock;
    private final SecureRandom random;
    private final X509ExtensionUtils extensions = new BcX509ExtensionUtils();

    Ceremony(CaSettings settings, Clock clock, SecureRandom random) {
        this.settings = settings;
        this.clock = clock;
        this.random = random;
    }

    /// The root from its file, or made now: self-signed, at most one authority below it.
    ServiceCredential root() {
        KeyFile file = file("root.p12");
        if (file.exists()) {
            return file.read();
        }
        KeyPair pair = KeyPairs.generate(settings.keyKind(), random);
        X500Principal name = new X500Principal(settings.rootName());
        Validity validity = validity(ROOT_LIFETIME, Instant.MAX);
        X509v3CertificateBuilder builder = builder(name, name, pair.getPublic(), validity);
        try {
            authority(builder, 1, pair.getPublic());
        } catch (IOException e) {
            throw new IllegalStateException("extensions of ours encode", e);
        }
        return file.write(
                pair,
                certificate(builder, DeterministicSigner.of(pair.getPrivate(), pair.getPublic())));
    }

    /// The issuing authority from its file, or made now: nothing but holders below it.
    ServiceCredential issuing(ServiceCredential root) {
        KeyFile file = file("issuing.p12");
        if (file.exists()) {
            return file.read();
        }
        KeyPair pair = KeyPairs.generate(settings.keyKind(), random);
        Validity validity = validity(ISSUING_LIFETIME, root.certificate().validity().notAfter());
        X509v3CertificateBuilder builder =
                builder(
                        root.certificate().subject(),
                        new X500Principal(settings.issuingName()),
                        pair.getPublic(),
                        validity);
        try {
            authority(builder, 0, pair.getPublic());
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    extensions.createAuthorityKeyIdentifier(info(root.signer().publicKey())));
            builder.addExtension(
                    Extension.certificatePolicies,
                    false,
                    new CertificatePolicies(new PolicyInformation(ANY_POLICY)));
            builder.addExtension(
                    Extension.authorityInfoAccess,
                    false,
                    new AuthorityInformationAccess(
                            AccessDescription.id_ad_caIssuers,
                            new GeneralName(
                                    GeneralName.uniformResourceIdentifier,
                                    settings.publicBase() + "/certs/root.cer")));
        } catch (IOException e) {
            throw new IllegalStateException("extensions of ours encode", e);
        }
        return file.write(pair, certificate(builder, root.signer()));
    }

    private KeyFile file(String name) {
        return new KeyFile(settings.folder().resolve(name), settings.passphrase(), random);
    }

    private void authority(X509v3CertificateBuilder builder, int pathLength, PublicKey key)
            throws IOException {
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(pathLength));
        builder.addExtension(
                Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        builder.addExtension(
                Extension.subjectKeyIdentifier,
                false,
                extensions.createSubjectKeyIdentifier(info(key)));
    }

    private X509v3CertificateBuilder builder(
            X500Principal issuer, X500Principal subject, PublicKey key, Validity validity) {
        return new X509v3CertificateBuilder(
                X500Name.getInstance(issuer.getEncoded()),
                new BigInteger(SERIAL_BITS, random).setBit(0),
                new Time(Date.from(validity.notBefore())),
                new Time(Date.from(validity.notAfter())),
                X500Name.getInstance(subject.getEncoded()),
                info(key));
    }

    private Validity validity(Period lifetime, Instant bound) {
        Instant from = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Instant end = from.atOffset(ZoneOffset.UTC).plus(lifetime).toInstant().minusSeconds(1);
        return new Validity(from, end.isBefore(bound) ? end : bound);
    }

    private static Certificate certificate(X509v3CertificateBuilder builder, Signer signer) {
        try {
            return Certificate.ofDer(builder.build(new SignatureContent(signer)).getEncoded());
        } catch (IOException e) {
            throw new IllegalStateException("a certificate of ours encodes", e);
        }
    }

    private static SubjectPublicKeyInfo info(PublicKey key) {
        return SubjectPublicKeyInfo.getInstance(key.getEncoded());
    }
}
