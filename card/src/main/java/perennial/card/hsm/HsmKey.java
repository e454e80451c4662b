// SPDX-License-Identifier: Apache-2.0
package perennial.card.hsm;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import perennial.card.pkcs11.Ck;
import perennial.card.pkcs11.Mechanism;
import perennial.card.pkcs11.TokenKeys;
import perennial.core.advice.Problem;
import perennial.core.crypto.DigestAlgorithm;
import perennial.core.crypto.KeyPlaceException;
import perennial.core.crypto.SignatureAlgorithm;
import perennial.core.crypto.Signer;

/// A key in a token. Messages are digested here, so their length does not matter; Ed25519 takes the
/// message itself, up to [#MAX_WHOLE] octets.
final class HsmKey implements Signer {
    /// What fits into one call to the library's process.
    static final int MAX_WHOLE = 128 * 1024;

    private static final int BUFFER_OCTETS = 64 * 1024;
    private static final int PSS_SALT_OCTETS = 32;

    private final HsmSessions sessions;
    private final String name;
    private final PublicKey publicKey;
    private final SignatureAlgorithm algorithm;

    /// @throws KeyPlaceException AUTHORITY_KEY_WRONG for a kind of key that no token of ours has
    HsmKey(HsmSessions sessions, String name, PublicKey publicKey) {
        this.sessions = sessions;
        this.name = name;
        this.publicKey = publicKey;
        this.algorithm = SignatureAlgorithm.forKey(publicKey);
        switch (algorithm) {
            case ML_DSA_44, ML_DSA_65, ML_DSA_87 ->
                    throw new KeyPlaceException(
                            Problem.AUTHORITY_KEY_WRONG,
                            "PKCS #11 v2.40 has no %s".formatted(algorithm.jdkName()));
            case SHA256_WITH_RSA,
                    SHA256_WITH_RSA_PSS,
                    SHA256_WITH_ECDSA,
                    SHA384_WITH_ECDSA,
                    ED25519 -> {}
        }
    }

    @Override
    public SignatureAlgorithm algorithm() {
        return algorithm;
    }

    @Override
    public PublicKey publicKey() {
        return publicKey;
    }

    @Override
    public byte[] sign(byte[] message) {
        if (algorithm == SignatureAlgorithm.ED25519) {
            return whole(message);
        }
        return signDigest(digest().digest(message));
    }

    @Override
    public byte[] sign(InputStream message) throws IOException {
        if (algorithm == SignatureAlgorithm.ED25519) {
            return whole(message.readNBytes(MAX_WHOLE + 1));
        }
        MessageDigest digest = started();
        byte[] buffer = new byte[BUFFER_OCTETS];
        for (int read = message.read(buffer); read >= 0; read = message.read(buffer)) {
            digest.update(buffer, 0, read);
        }
        return signDigest(digest.digest());
    }

    private byte[] whole(byte[] message) {
        if (message.length > MAX_WHOLE) {
            throw new KeyPlaceException(
                    Problem.HSM_UNAVAILABLE,
                    "an Ed25519 key in a token signs at most %d octets".formatted(MAX_WHOLE));
        }
        return used(new Mechanism.Plain(Ck.CKM_EDDSA), message);
    }

    private byte[] signDigest(byte[] digest) {
        return switch (publicKey) {
            case RSAPublicKey rsa -> rsa(rsa, digest);
            case ECPublicKey ec -> ecdsa(ec, digest);
            default -> throw new IllegalStateException("refused when the key was named");
        };
    }

    private byte[] rsa(RSAPublicKey key, byte[] digest) {
        byte[] value =
                algorithm == SignatureAlgorithm.SHA256_WITH_RSA_PSS
                        ? used(
                                new Mechanism.Pss(
                                        Ck.CKM_SHA256, Ck.CKG_MGF1_SHA256, PSS_SALT_OCTETS),
                                digest)
                        : used(
                                new Mechanism.Plain(Ck.CKM_RSA_PKCS),
                                DigestAlgorithm.SHA_256.digestInfo(digest));
        int octets = (key.getModulus().bitLength() + 7) / 8;
        if (value.length > octets) {
            throw faulty(value.length);
        }
        // Some modules drop leading zeros.
        byte[] padded = new byte[octets];
        System.arraycopy(value, 0, padded, octets - value.length, value.length);
        return padded;
    }

    private byte[] ecdsa(ECPublicKey key, byte[] digest) {
        byte[] value = used(new Mechanism.Plain(Ck.CKM_ECDSA), digest);
        if (value.length != 2 * TokenKeys.fieldOctets(key)) {
            throw faulty(value.length);
        }
        return TokenKeys.ecdsaValue(value);
    }

    private byte[] used(Mechanism mechanism, byte[] input) {
        return sessions.use(session -> session.sign(name, publicKey, mechanism, input));
    }

    private static KeyPlaceException faulty(int octets) {
        return new KeyPlaceException(
                Problem.SIGNATURE_FAULTY,
                "the token made a signature of %d octets".formatted(octets));
    }

    private MessageDigest started() {
        try {
            return MessageDigest.getInstance(digest().jdkName());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + digest().jdkName(), e);
        }
    }

    private DigestAlgorithm digest() {
        return algorithm == SignatureAlgorithm.SHA384_WITH_ECDSA
                ? DigestAlgorithm.SHA_384
                : DigestAlgorithm.SHA_256;
    }
}
