// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyAlgorithm;

/// A token as a holder has it: put there by PKCS #11 calls, before any session of ours.
record HolderToken(SoftHsm hsm, TokenCertificates authority) {
    /// A key pair with its certificate.
    Certificate put(String id, KeyAlgorithm algorithm, int usage) {
        return put(id, algorithm, usage, List.of());
    }

    Certificate put(String id, KeyAlgorithm algorithm, int usage, List<Attribute> more) {
        long session = hsm.library().call(new Call.OpenSession(hsm.slot(), true)).value();
        hsm.library().call(new Call.Login(session, UserType.USER, SoftHsm.octets(SoftHsm.PIN)));
        byte[] idOctets = KeyId.of(SoftHsm.octets(id)).octets();
        PublicKey key = generate(session, idOctets, algorithm, usage, more);
        Certificate certificate = authority.issue(key, usage);
        hsm.library()
                .call(
                        new Call.CreateObject(
                                session,
                                List.of(
                                        Attribute.of(Ck.CKA_CLASS, Ck.CKO_CERTIFICATE),
                                        Attribute.of(Ck.CKA_CERTIFICATE_TYPE, Ck.CKC_X_509),
                                        Attribute.of(Ck.CKA_TOKEN, true),
                                        Attribute.of(Ck.CKA_PRIVATE, false),
                                        Attribute.of(Ck.CKA_LABEL, "key " + id),
                                        new Attribute(Ck.CKA_ID, idOctets),
                                        new Attribute(
                                                Ck.CKA_SUBJECT, certificate.subject().getEncoded()),
                                        new Attribute(Ck.CKA_VALUE, certificate.der()))));
        hsm.endSessions();
        return certificate;
    }

    private PublicKey generate(
            long session, byte[] id, KeyAlgorithm algorithm, int usage, List<Attribute> more) {
        boolean signs =
                usage != TokenCertificates.ENCIPHERING && usage != TokenCertificates.AGREEING;
        boolean rsa = algorithm == KeyAlgorithm.RSA_2048 || algorithm == KeyAlgorithm.RSA_3072;
        List<Attribute> publicTemplate =
                new ArrayList<>(
                        List.of(
                                Attribute.of(Ck.CKA_TOKEN, true),
                                Attribute.of(Ck.CKA_PRIVATE, false),
                                new Attribute(Ck.CKA_ID, id)));
        if (rsa) {
            publicTemplate.add(Attribute.of(Ck.CKA_MODULUS_BITS, 2048L));
        } else {
            publicTemplate.add(new Attribute(Ck.CKA_EC_PARAMS, TokenKeys.parameters(algorithm)));
        }
        List<Attribute> privateTemplate =
                new ArrayList<>(
                        List.of(
                                Attribute.of(Ck.CKA_TOKEN, true),
                                Attribute.of(Ck.CKA_PRIVATE, true),
                                Attribute.of(Ck.CKA_SENSITIVE, true),
                                Attribute.of(Ck.CKA_EXTRACTABLE, false),
                                Attribute.of(Ck.CKA_SIGN, signs),
                                Attribute.of(Ck.CKA_DECRYPT, !signs && rsa),
                                Attribute.of(Ck.CKA_DERIVE, !signs && !rsa),
                                new Attribute(Ck.CKA_ID, id)));
        privateTemplate.addAll(more);
        var handles =
                hsm.library()
                        .call(
                                new Call.GenerateKeyPair(
                                        session,
                                        KeyMaker.mechanism(algorithm),
                                        publicTemplate,
                                        privateTemplate));
        return publicKey(session, handles.publicKey(), rsa);
    }

    private PublicKey publicKey(long session, long handle, boolean rsa) {
        long first = rsa ? Ck.CKA_MODULUS : Ck.CKA_EC_PARAMS;
        long second = rsa ? Ck.CKA_PUBLIC_EXPONENT : Ck.CKA_EC_POINT;
        List<Optional<byte[]>> values =
                hsm.library()
                        .call(new Call.GetAttributes(session, handle, List.of(first, second)))
                        .values();
        byte[] one = values.get(0).orElseThrow();
        byte[] two = values.get(1).orElseThrow();
        return (rsa ? TokenKeys.rsa(one, two) : TokenKeys.ec(one, two)).orElseThrow();
    }
}
