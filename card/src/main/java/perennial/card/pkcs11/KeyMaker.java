// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.security.PublicKey;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import perennial.card.CardException;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyAlgorithm;

/// Makes key pairs on a token: sensitive, not extractable, for the use that a certificate names.
record KeyMaker(TokenSession session) {
    private static final byte[] F4 = HexFormat.of().parseHex("010001");

    private static final Set<ReturnCode> UNABLE =
            Set.of(
                    ReturnCode.MECHANISM_INVALID,
                    ReturnCode.FUNCTION_NOT_SUPPORTED,
                    ReturnCode.ATTRIBUTE_VALUE_INVALID);

    /// @param like the certificate of the key that this one succeeds
    /// @param asksAlways whether the PIN is to be wanted before every use
    /// @throws CardException KEY_NOT_REPLACEABLE when the token makes no such keys
    PublicKey make(
            KeyAlgorithm algorithm, KeyId id, String label, Certificate like, boolean asksAlways) {
        boolean rsa = isRsa(algorithm);
        boolean signs = TokenSlots.signs(like);
        boolean deciphers = TokenSlots.deciphers(like);
        List<Attribute> common =
                List.of(
                        Attribute.of(Ck.CKA_TOKEN, true),
                        new Attribute(Ck.CKA_ID, id.octets()),
                        Attribute.of(Ck.CKA_LABEL, label));
        List<Attribute> publicTemplate = new ArrayList<>(common);
        publicTemplate.add(Attribute.of(Ck.CKA_PRIVATE, false));
        List<Attribute> privateTemplate = new ArrayList<>(common);
        privateTemplate.add(Attribute.of(Ck.CKA_PRIVATE, true));
        privateTemplate.add(Attribute.of(Ck.CKA_SENSITIVE, true));
        privateTemplate.add(Attribute.of(Ck.CKA_EXTRACTABLE, false));
        if (rsa) {
            long bits = algorithm == KeyAlgorithm.RSA_2048 ? 2048 : 3072;
            publicTemplate.add(Attribute.of(Ck.CKA_MODULUS_BITS, bits));
            publicTemplate.add(new Attribute(Ck.CKA_PUBLIC_EXPONENT, F4));
            publicTemplate.add(Attribute.of(Ck.CKA_ENCRYPT, deciphers));
            privateTemplate.add(Attribute.of(Ck.CKA_DECRYPT, deciphers));
        } else {
            publicTemplate.add(new Attribute(Ck.CKA_EC_PARAMS, TokenKeys.parameters(algorithm)));
            privateTemplate.add(Attribute.of(Ck.CKA_DERIVE, deciphers));
        }
        publicTemplate.add(Attribute.of(Ck.CKA_VERIFY, signs));
        privateTemplate.add(Attribute.of(Ck.CKA_SIGN, signs));
        if (asksAlways) {
            privateTemplate.add(Attribute.of(Ck.CKA_ALWAYS_AUTHENTICATE, true));
        }
        generate(algorithm, publicTemplate, privateTemplate);
        return TokenObjects.read(session)
                .publicKey(id)
                .orElseThrow(() -> TokenSession.invalid("no public key after its generation"));
    }

    static Mechanism mechanism(KeyAlgorithm algorithm) {
        return new Mechanism.Plain(
                isRsa(algorithm) ? Ck.CKM_RSA_PKCS_KEY_PAIR_GEN : Ck.CKM_EC_KEY_PAIR_GEN);
    }

    private void generate(
            KeyAlgorithm algorithm,
            List<Attribute> publicTemplate,
            List<Attribute> privateTemplate) {
        try {
            session.call(
                    new Call.GenerateKeyPair(
                            session.handle(),
                            mechanism(algorithm),
                            publicTemplate,
                            privateTemplate));
        } catch (CryptokiException e) {
            if (UNABLE.contains(e.code())) {
                throw new CardException(
                        Problem.KEY_NOT_REPLACEABLE, String.valueOf(e.getMessage()), e);
            }
            throw e;
        }
    }

    private static boolean isRsa(KeyAlgorithm algorithm) {
        return algorithm == KeyAlgorithm.RSA_2048 || algorithm == KeyAlgorithm.RSA_3072;
    }
}
