// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import perennial.card.CardException;
import perennial.core.advice.Problem;
import perennial.core.crypto.Decipherer;
import perennial.core.crypto.DigestAlgorithm;
import perennial.core.crypto.DigestSigner;
import perennial.core.crypto.KeyAlgorithm;
import perennial.core.crypto.SignatureAlgorithm;
import perennial.core.crypto.Signer;

/// A private key of a token, used through C_Sign, C_Decrypt, C_DeriveKey.
///
/// No answer is passed on unchecked: signatures are verified with the public key, RSA results are
/// put back through it. A shared secret cannot be checked.
final class TokenKey implements Signer, DigestSigner, Decipherer {
    private final TokenSession session;
    private final TokenLogin login;
    private final PublicKey publicKey;
    private final KeyId id;

    /// @param publicKey RSA or EC on a curve of ours
    /// @throws CardException CARD_NOT_SUPPORTED for any other key
    TokenKey(TokenSession session, TokenLogin login, PublicKey publicKey, KeyId id) {
        if (KeyAlgorithm.of(publicKey).isEmpty()) {
            throw new CardException(
                    Problem.CARD_NOT_SUPPORTED,
                    "the key is none of RSA 2048, RSA 3072, P-256, P-384");
        }
        this.session = session;
        this.login = login;
        this.publicKey = publicKey;
        this.id = id;
    }

    @Override
    public SignatureAlgorithm algorithm() {
        return SignatureAlgorithm.ofCard(publicKey);
    }

    @Override
    public PublicKey publicKey() {
        return publicKey;
    }

    @Override
    public byte[] sign(byte[] message) {
        return signDigest(DigestAlgorithm.SHA_256, DigestAlgorithm.SHA_256.digest(message));
    }

    @Override
    public byte[] signDigest(DigestAlgorithm algorithm, byte[] digest) {
        byte[] information = algorithm.digestInfo(digest);
        var _ = login.verified();
        return TokenSession.checked(() -> {
            byte[] signature =
                    publicKey instanceof ECPublicKey ec
                            ? ecdsa(ec, digest)
                            : signed(Ck.CKM_RSA_PKCS, information);
            boolean right =
                    publicKey instanceof RSAPublicKey rsa
                            ? verifies(rsa, information, signature)
                            : verifies(digest, signature);
            if (!right) {
                throw TokenSession.invalid("the signature is not one of this key");
            }
            return signature;
        });
    }

    @Override
    public byte[] decipher(byte[] cryptogram) {
        var _ = login.verified();
        return TokenSession.checked(() ->
                publicKey instanceof ECPublicKey ec
                        ? agreed(ec, cryptogram)
                        : deciphered((RSAPublicKey) publicKey, cryptogram));
    }

    private byte[] signed(long mechanism, byte[] input) {
        var key = privateKey();
        session.call(
                new Call.SignInit(session.handle(), new Mechanism.Plain(mechanism), key.handle()));
        if (key.asksAlways()) {
            login.confirm();
        }
        return session.call(new Call.Sign(session.handle(), input)).value();
    }

    private byte[] ecdsa(ECPublicKey key, byte[] digest) {
        int octets = TokenKeys.fieldOctets(key);
        // Of a longer digest the leftmost bits count (FIPS 186-5 6.4.1), and not every token knows.
        byte[] answer =
                signed(Ck.CKM_ECDSA, Arrays.copyOf(digest, Math.min(digest.length, octets)));
        if (answer.length != 2 * octets) {
            throw TokenSession.invalid("an ECDSA signature of %d octets".formatted(answer.length));
        }
        return TokenKeys.ecdsaValue(answer);
    }

    private byte[] deciphered(RSAPublicKey key, byte[] cryptogram) {
        int octets = (key.getModulus().bitLength() + 7) / 8;
        BigInteger number = new BigInteger(1, cryptogram);
        if (cryptogram.length != octets || number.compareTo(key.getModulus()) >= 0) {
            throw new IllegalArgumentException(
                    "a cryptogram for this key has %d octets, got %d"
                            .formatted(octets, cryptogram.length));
        }
        Optional<byte[]> raw = decrypted(Ck.CKM_RSA_X_509, cryptogram);
        if (raw.isEmpty()) {
            return repadded(decrypted(Ck.CKM_RSA_PKCS, cryptogram), octets);
        }
        byte[] message = toModulusLength(raw.get(), octets);
        Arrays.fill(raw.get(), (byte) 0);
        BigInteger back = new BigInteger(1, message);
        if (!back.modPow(key.getPublicExponent(), key.getModulus()).equals(number)) {
            Arrays.fill(message, (byte) 0);
            throw TokenSession.invalid("the result is not one of this key");
        }
        return message;
    }

    /// Empty when the token does not know the mechanism.
    private Optional<byte[]> decrypted(long mechanism, byte[] cryptogram) {
        var key = privateKey();
        try {
            session.call(
                    new Call.DecryptInit(
                            session.handle(), new Mechanism.Plain(mechanism), key.handle()));
        } catch (CryptokiException e) {
            if (e.code().equals(ReturnCode.MECHANISM_INVALID)) {
                return Optional.empty();
            }
            throw e;
        }
        if (key.asksAlways()) {
            login.confirm();
        }
        return Optional.of(session.call(new Call.Decrypt(session.handle(), cryptogram)).value());
    }

    /// For tokens without the raw operation: those take the padding of PKCS #1 v1.5 off themselves,
    /// and it is put on again, with another filling (RFC 8017 7.2.1). Cryptograms of OAEP cannot be
    /// deciphered on such a token.
    private static byte[] repadded(Optional<byte[]> message, int octets) {
        byte[] content =
                message.orElseThrow(() ->
                        new CardException(
                                Problem.CARD_NOT_SUPPORTED,
                                "the token deciphers in no way of ours"));
        if (content.length > octets - 11) {
            throw TokenSession.invalid("a message of %d octets".formatted(content.length));
        }
        byte[] block = new byte[octets];
        Arrays.fill(block, 2, octets - content.length - 1, (byte) 0xFF);
        block[1] = 0x02;
        System.arraycopy(content, 0, block, octets - content.length, content.length);
        Arrays.fill(content, (byte) 0);
        return block;
    }

    private byte[] agreed(ECPublicKey key, byte[] point) {
        int field = TokenKeys.fieldOctets(key);
        if (point.length != 1 + 2 * field) {
            throw new IllegalArgumentException(
                    "a point for this key has %d octets, got %d"
                            .formatted(1 + 2 * field, point.length));
        }
        List<Attribute> template =
                List.of(
                        Attribute.of(Ck.CKA_CLASS, Ck.CKO_SECRET_KEY),
                        Attribute.of(Ck.CKA_KEY_TYPE, Ck.CKK_GENERIC_SECRET),
                        Attribute.of(Ck.CKA_TOKEN, false),
                        Attribute.of(Ck.CKA_SENSITIVE, false),
                        Attribute.of(Ck.CKA_EXTRACTABLE, true),
                        Attribute.of(Ck.CKA_VALUE_LEN, (long) field));
        long secret =
                session.call(
                                new Call.DeriveKey(
                                        session.handle(),
                                        new Mechanism.Ecdh1(point),
                                        privateKey().handle(),
                                        template))
                        .value();
        Optional<byte[]> value = session.values(secret, Ck.CKA_VALUE).values().getFirst();
        session.destroy(secret);
        return value.filter(octets -> octets.length == field)
                .orElseThrow(() -> TokenSession.invalid("no shared secret of the field's length"));
    }

    private TokenObjects.PrivateKeyObject privateKey() {
        return TokenObjects.readPrivateKeys(session).stream()
                .filter(key -> key.id().equals(id))
                .findFirst()
                .orElseThrow(() ->
                        new CardException(
                                Problem.NO_CERTIFICATE, "the token has no private key for it"));
    }

    private boolean verifies(byte[] digest, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance("NONEwithECDSA");
            verifier.initVerify(publicKey);
            verifier.update(digest);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /// RSASSA-PKCS1-v1_5 (RFC 8017 8.2.2): the block that the signature holds is compared whole.
    private static boolean verifies(RSAPublicKey key, byte[] information, byte[] signature) {
        int octets = (key.getModulus().bitLength() + 7) / 8;
        byte[] block = new byte[octets];
        Arrays.fill(block, 2, octets - information.length - 1, (byte) 0xFF);
        block[1] = 0x01;
        System.arraycopy(information, 0, block, octets - information.length, information.length);
        BigInteger held =
                new BigInteger(1, signature).modPow(key.getPublicExponent(), key.getModulus());
        return signature.length == octets && held.equals(new BigInteger(1, block));
    }

    /// Some tokens drop leading zeros.
    private static byte[] toModulusLength(byte[] answer, int octets) {
        if (answer.length > octets) {
            throw TokenSession.invalid("an RSA result of %d octets".formatted(answer.length));
        }
        byte[] padded = new byte[octets];
        System.arraycopy(answer, 0, padded, octets - answer.length, answer.length);
        return padded;
    }
}
