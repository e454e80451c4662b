// SPDX-License-Identifier: Apache-2.0
package perennial.core.certificate;

import java.io.ByteArrayInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.security.auth.x500.X500Principal;

/// An X.509 certificate, immutable and equal by its bytes. Having one says nothing about trust.
public final class Certificate {
    /// No certificate of this field is larger; what claims to be is refused unread.
    public static final int MAX_OCTETS = 16 * 1024;

    private static final Map<String, String> SHORT_NAMES =
            Map.of("2.5.4.5", "SERIALNUMBER", "2.5.4.97", "ORGANIZATIONIDENTIFIER");

    private final byte[] der;
    private final X509Certificate decoded;

    private Certificate(byte[] der, X509Certificate decoded) {
        this.der = der;
        this.decoded = decoded;
    }

    /// Reads exactly one DER certificate.
    ///
    /// @throws IllegalArgumentException when it is none, is followed by more octets or is larger
    ///   than [#MAX_OCTETS]
    public static Certificate ofDer(byte[] der) {
        if (der.length > MAX_OCTETS) {
            throw new IllegalArgumentException(
                    "certificate of %d octets, at most %d".formatted(der.length, MAX_OCTETS));
        }
        try {
            ByteArrayInputStream in = new ByteArrayInputStream(der);
            X509Certificate decoded =
                    (X509Certificate)
                            CertificateFactory.getInstance("X.509").generateCertificate(in);
            byte[] exact = decoded.getEncoded();
            if (!Arrays.equals(exact, der)) {
                throw new IllegalArgumentException("not exactly one DER certificate");
            }
            return new Certificate(exact, decoded);
        } catch (CertificateException e) {
            throw new IllegalArgumentException("not a DER certificate", e);
        }
    }

    /// The encoding, a copy.
    public byte[] der() {
        return der.clone();
    }

    /// The same certificate for the JDK's own classes.
    public X509Certificate x509() {
        return decoded;
    }

    public CertificateId id() {
        return new CertificateId(decoded.getIssuerX500Principal(), serialNumber());
    }

    public SerialNumber serialNumber() {
        return new SerialNumber(decoded.getSerialNumber());
    }

    public Validity validity() {
        return new Validity(decoded.getNotBefore().toInstant(), decoded.getNotAfter().toInstant());
    }

    public PublicKey publicKey() {
        return decoded.getPublicKey();
    }

    public X500Principal subject() {
        return decoded.getSubjectX500Principal();
    }

    /// The subject in the order of its encoding, as holders' screens show it:
    /// `C=TW,O=…,CN=…,SERIALNUMBER=…`.
    public String subjectText() {
        return text(decoded.getSubjectX500Principal());
    }

    /// The issuer in the order of its encoding.
    public String issuerText() {
        return text(decoded.getIssuerX500Principal());
    }

    /// The key usage bits; empty when the extension is absent.
    public Set<KeyUsage> keyUsages() {
        boolean[] bits = decoded.getKeyUsage();
        EnumSet<KeyUsage> usages = EnumSet.noneOf(KeyUsage.class);
        if (bits != null) {
            for (KeyUsage usage : KeyUsage.values()) {
                if (usage.bit() < bits.length && bits[usage.bit()]) {
                    usages.add(usage);
                }
            }
        }
        return Collections.unmodifiableSet(usages);
    }

    /// What the key is for, as object identifiers in dotted form; empty when the extension is
    /// absent or cannot be read.
    public List<String> extendedKeyUsages() {
        try {
            List<String> purposes = decoded.getExtendedKeyUsage();
            return purposes == null ? List.of() : List.copyOf(purposes);
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    /// SHA-256 of the encoding, lower-case hexadecimal.
    public String fingerprint() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Certificate that && Arrays.equals(der, that.der);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(der);
    }

    @Override
    public String toString() {
        return "Certificate[%s, %s]".formatted(serialNumber(), subjectText());
    }

    /// RFC 2253 text runs backwards; screens show the order of the encoding.
    private static String text(X500Principal name) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        boolean escaped = false;
        for (char c : name.getName(X500Principal.RFC2253, SHORT_NAMES).toCharArray()) {
            if (c == ',' && !escaped) {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(c);
            }
            escaped = c == '\\' && !escaped;
        }
        parts.add(part.toString());
        return String.join(",", parts.reversed());
    }
}
