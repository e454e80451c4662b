// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.key;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.PublicKey;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/// A public key as it will stand in the certificate: its octets, read again, and not what a library
/// made of them.
record SubjectKey(byte[] spki, SubjectPublicKeyInfo read, Optional<RsaNumbers> rsa) {
    private static final int RSA_PARTS = 2;

    /// As they are encoded: a negative modulus is negative, where BouncyCastle's class for keys
    /// takes it for a positive one.
    record RsaNumbers(BigInteger modulus, BigInteger exponent) {}

    /// @throws IllegalArgumentException when it cannot be read
    static SubjectKey of(PublicKey key) {
        byte[] spki = key.getEncoded();
        SubjectPublicKeyInfo read = SubjectPublicKeyInfo.getInstance(spki);
        ASN1ObjectIdentifier algorithm = read.getAlgorithm().getAlgorithm();
        boolean isRsa =
                algorithm.equals(PKCSObjectIdentifiers.rsaEncryption)
                        || algorithm.equals(PKCSObjectIdentifiers.id_RSASSA_PSS);
        return new SubjectKey(spki, read, isRsa ? Optional.of(numbers(read)) : Optional.empty());
    }

    /// RSAPublicKey (RFC 8017 A.1.1).
    private static RsaNumbers numbers(SubjectPublicKeyInfo key) {
        ASN1Sequence parts;
        try {
            parts = ASN1Sequence.getInstance(key.parsePublicKey());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (parts.size() != RSA_PARTS) {
            throw new IllegalArgumentException("RSA key of %d parts".formatted(parts.size()));
        }
        return new RsaNumbers(
                ASN1Integer.getInstance(parts.getObjectAt(0)).getValue(),
                ASN1Integer.getInstance(parts.getObjectAt(1)).getValue());
    }

    ASN1ObjectIdentifier algorithm() {
        return read.getAlgorithm().getAlgorithm();
    }

    Optional<BigInteger> modulus() {
        return rsa.map(RsaNumbers::modulus);
    }
}
