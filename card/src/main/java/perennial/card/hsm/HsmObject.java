// SPDX-License-Identifier: Apache-2.0
package perennial.card.hsm;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import perennial.card.pkcs11.Attribute;
import perennial.card.pkcs11.Call;
import perennial.card.pkcs11.Ck;
import perennial.card.pkcs11.TokenKeys;

/// A private key object and the public half that the token shows for it.
record HsmObject(long handle, Optional<PublicKey> publicKey) {
    /// SubjectPublicKeyInfo of Ed25519 before the 32 octets of the key (RFC 8410 4).
    private static final byte[] ED25519_HEAD = HexFormat.of().parseHex("302a300506032b6570032100");

    private static final int ED25519_OCTETS = 32;

    /// By the public object of the same name and identifier; for RSA also by the private object.
    static HsmObject read(HsmSession session, long privateKey, String name) {
        byte[] id = value(session, privateKey, Ck.CKA_ID).orElse(new byte[0]);
        List<Long> publicKeys =
                session.call(
                                new Call.FindObjects(
                                        session.handle(),
                                        List.of(
                                                Attribute.of(Ck.CKA_CLASS, Ck.CKO_PUBLIC_KEY),
                                                Attribute.of(Ck.CKA_LABEL, name),
                                                new Attribute(Ck.CKA_ID, id))))
                        .values();
        Optional<PublicKey> key =
                publicKeys.size() == 1
                        ? publicKey(session, publicKeys.getFirst())
                        : rsa(session, privateKey);
        return new HsmObject(privateKey, key);
    }

    /// The public half of a public object.
    static Optional<PublicKey> publicKey(HsmSession session, long object) {
        long type =
                value(session, object, Ck.CKA_KEY_TYPE)
                        .filter(octets -> octets.length == Long.BYTES)
                        .map(octets -> ByteBuffer.wrap(octets).getLong())
                        .orElse(Ck.UNAVAILABLE_INFORMATION);
        if (type == Ck.CKK_RSA) {
            return rsa(session, object);
        }
        Optional<byte[]> point = value(session, object, Ck.CKA_EC_POINT);
        if (type == Ck.CKK_EC_EDWARDS) {
            return point.flatMap(HsmObject::ed25519);
        }
        return type == Ck.CKK_EC
                ? value(session, object, Ck.CKA_EC_PARAMS)
                        .flatMap(curve -> point.flatMap(w -> TokenKeys.ec(curve, w)))
                : Optional.empty();
    }

    /// Whether both are one key. That an RSA key signs by PSS alone is said by its certificate and
    /// not by the token.
    static boolean same(PublicKey one, PublicKey other) {
        if (one instanceof RSAPublicKey a && other instanceof RSAPublicKey b) {
            return a.getModulus().equals(b.getModulus())
                    && a.getPublicExponent().equals(b.getPublicExponent());
        }
        return Arrays.equals(one.getEncoded(), other.getEncoded());
    }

    private static Optional<PublicKey> rsa(HsmSession session, long object) {
        return value(session, object, Ck.CKA_MODULUS)
                .flatMap(n ->
                        value(session, object, Ck.CKA_PUBLIC_EXPONENT)
                                .flatMap(e -> TokenKeys.rsa(n, e)));
    }

    /// From CKA_EC_POINT, an OCTET STRING or, in some modules, the bare octets.
    private static Optional<PublicKey> ed25519(byte[] point) {
        if (point.length < ED25519_OCTETS || point.length > ED25519_OCTETS + 3) {
            return Optional.empty();
        }
        byte[] info = Arrays.copyOf(ED25519_HEAD, ED25519_HEAD.length + ED25519_OCTETS);
        System.arraycopy(
                point, point.length - ED25519_OCTETS, info, ED25519_HEAD.length, ED25519_OCTETS);
        try {
            return Optional.of(
                    KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(info)));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static Optional<byte[]> value(HsmSession session, long object, long type) {
        return session.call(new Call.GetAttributes(session.handle(), object, List.of(type)))
                .values()
                .getFirst();
    }
}
