// SPDX-License-Identifier: Apache-2.0
package perennial.card.hsm;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import perennial.card.pkcs11.Answer;
import perennial.card.pkcs11.Attribute;
import perennial.card.pkcs11.Call;
import perennial.card.pkcs11.Ck;
import perennial.card.pkcs11.CryptokiException;
import perennial.card.pkcs11.Mechanism;
import perennial.card.pkcs11.ReturnCode;
import perennial.core.advice.Problem;
import perennial.core.crypto.DigestAlgorithm;
import perennial.core.crypto.KeyKind;
import perennial.core.crypto.KeyPlaceException;

/// Makes an authority's key in a token: sensitive, not extractable, for signatures only.
record HsmKeyMaker(HsmSession session, String name, KeyKind kind) {
    private static final byte[] F4 = HexFormat.of().parseHex("010001");
    private static final byte[] P_256 = HexFormat.of().parseHex("06082a8648ce3d030107");
    private static final byte[] P_384 = HexFormat.of().parseHex("06052b81040022");

    /// The curve's name as a PrintableString (PKCS #11 v3.0 2.3.5), which more modules know than
    /// its object identifier.
    private static final byte[] ED25519 = HexFormat.of().parseHex("130c656477617264733235353139");

    /// As long as a SubjectKeyIdentifier.
    private static final int ID_OCTETS = 20;

    private static final PSSParameterSpec PSS =
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1);

    /// @throws KeyPlaceException AUTHORITY_KEY_WRONG when the name is taken, HSM_UNAVAILABLE when
    ///   the token makes no such keys
    PublicKey make() {
        if (!session.find(name).isEmpty()) {
            throw new KeyPlaceException(
                    Problem.AUTHORITY_KEY_WRONG,
                    "the token has a key \"%s\" already".formatted(name));
        }
        byte[] id = session.call(new Call.GenerateRandom(session.handle(), ID_OCTETS)).value();
        Answer.KeyPairHandles pair = generated(id);
        PublicKey key =
                HsmObject.publicKey(session, pair.publicKey())
                        .map(this::bound)
                        .orElseThrow(() ->
                                new KeyPlaceException(
                                        Problem.HSM_UNAVAILABLE,
                                        "the token does not show the key that it made"));
        identify(pair, key);
        return key;
    }

    /// The key with the algorithm that it was made for.
    PublicKey bound(PublicKey key) {
        if (kind.family() != KeyKind.Family.RSA_PSS || !(key instanceof RSAPublicKey rsa)) {
            return key;
        }
        try {
            return KeyFactory.getInstance("RSASSA-PSS")
                    .generatePublic(
                            new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent(), PSS));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has RSASSA-PSS keys", e);
        }
    }

    private Answer.KeyPairHandles generated(byte[] id) {
        List<Attribute> common =
                List.of(
                        Attribute.of(Ck.CKA_TOKEN, true),
                        Attribute.of(Ck.CKA_LABEL, name),
                        new Attribute(Ck.CKA_ID, id));
        List<Attribute> publicTemplate = new ArrayList<>(common);
        publicTemplate.add(Attribute.of(Ck.CKA_PRIVATE, false));
        publicTemplate.add(Attribute.of(Ck.CKA_VERIFY, true));
        publicTemplate.addAll(parameters());
        List<Attribute> privateTemplate = new ArrayList<>(common);
        privateTemplate.add(Attribute.of(Ck.CKA_PRIVATE, true));
        privateTemplate.add(Attribute.of(Ck.CKA_SENSITIVE, true));
        privateTemplate.add(Attribute.of(Ck.CKA_EXTRACTABLE, false));
        privateTemplate.add(Attribute.of(Ck.CKA_SIGN, true));
        return session.call(
                new Call.GenerateKeyPair(
                        session.handle(),
                        new Mechanism.Plain(mechanism()),
                        publicTemplate,
                        privateTemplate));
    }

    private long mechanism() {
        return switch (kind.family()) {
            case RSA, RSA_PSS -> Ck.CKM_RSA_PKCS_KEY_PAIR_GEN;
            case EC -> Ck.CKM_EC_KEY_PAIR_GEN;
            case ED25519 -> Ck.CKM_EC_EDWARDS_KEY_PAIR_GEN;
            case ML_DSA ->
                    throw new KeyPlaceException(
                            Problem.HSM_UNAVAILABLE, "PKCS #11 v2.40 has no " + kind.text());
        };
    }

    private List<Attribute> parameters() {
        return switch (kind.family()) {
            case RSA, RSA_PSS ->
                    List.of(
                            Attribute.of(Ck.CKA_MODULUS_BITS, (long) kind.size()),
                            new Attribute(Ck.CKA_PUBLIC_EXPONENT, F4));
            case EC ->
                    List.of(new Attribute(Ck.CKA_EC_PARAMS, kind == KeyKind.P_384 ? P_384 : P_256));
            case ED25519 -> List.of(new Attribute(Ck.CKA_EC_PARAMS, ED25519));
            case ML_DSA -> List.of();
        };
    }

    /// Both halves get an identifier that follows from the key, where the token allows it; until
    /// then, they have one by chance.
    private void identify(Answer.KeyPairHandles pair, PublicKey key) {
        byte[] id = Arrays.copyOf(DigestAlgorithm.SHA_256.digest(key.getEncoded()), ID_OCTETS);
        List<Attribute> change = List.of(new Attribute(Ck.CKA_ID, id));
        try {
            session.call(new Call.SetAttributes(session.handle(), pair.publicKey(), change));
            session.call(new Call.SetAttributes(session.handle(), pair.privateKey(), change));
        } catch (CryptokiException e) {
            if (!e.code().equals(ReturnCode.ATTRIBUTE_READ_ONLY)
                    && !e.code().equals(ReturnCode.ACTION_PROHIBITED)) {
                throw e;
            }
        }
    }
}
