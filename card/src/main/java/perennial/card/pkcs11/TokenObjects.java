// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import perennial.core.certificate.Certificate;

/// The keys and certificates of a token as they are now. Private keys are seen after the login
/// only; objects that cannot be read, or have no identifier, are not there for us.
record TokenObjects(
        List<CertificateObject> certificates,
        List<PublicKeyObject> publicKeys,
        List<PrivateKeyObject> privateKeys) {

    record CertificateObject(long handle, KeyId id, String label, Certificate certificate) {}

    record PublicKeyObject(long handle, KeyId id, PublicKey key) {}

    /// @param modulus of RSA keys whose private half shows it
    /// @param asksAlways whether the PIN is wanted before every use
    record PrivateKeyObject(
            long handle,
            KeyId id,
            String label,
            Optional<BigInteger> modulus,
            boolean asksAlways) {}

    static TokenObjects read(TokenSession session) {
        return new TokenObjects(
                readCertificates(session), readPublicKeys(session), readPrivateKeys(session));
    }

    /// The identifier of the pair with this public half, whether or not its private half is there.
    Optional<KeyId> idOf(PublicKey key) {
        return publicKeys.stream()
                .filter(object -> object.key().equals(key))
                .map(PublicKeyObject::id)
                .findFirst()
                .or(() -> idByModulus(key))
                .or(() -> idByCertificate(key));
    }

    Optional<PrivateKeyObject> privateKey(KeyId id) {
        return privateKeys.stream().filter(key -> key.id().equals(id)).findFirst();
    }

    /// The public half under this identifier, from the token itself and not from a certificate.
    Optional<PublicKey> publicKey(KeyId id) {
        return publicKeys.stream()
                .filter(key -> key.id().equals(id))
                .map(PublicKeyObject::key)
                .findFirst();
    }

    List<CertificateObject> certificates(KeyId id) {
        return certificates.stream().filter(object -> object.id().equals(id)).toList();
    }

    Optional<CertificateObject> find(Certificate certificate) {
        return certificates.stream()
                .filter(object -> object.certificate().equals(certificate))
                .findFirst();
    }

    boolean hasKey(KeyId id) {
        return privateKey(id).isPresent() || publicKey(id).isPresent();
    }

    Set<KeyId> ids() {
        Set<KeyId> ids = new HashSet<>();
        certificates.forEach(object -> ids.add(object.id()));
        publicKeys.forEach(object -> ids.add(object.id()));
        privateKeys.forEach(object -> ids.add(object.id()));
        return ids;
    }

    /// The handles of both halves of a pair, the private one first.
    List<Long> pair(KeyId id) {
        return Stream.concat(
                        privateKeys.stream()
                                .filter(key -> key.id().equals(id))
                                .map(PrivateKeyObject::handle),
                        publicKeys.stream()
                                .filter(key -> key.id().equals(id))
                                .map(PublicKeyObject::handle))
                .toList();
    }

    private Optional<KeyId> idByModulus(PublicKey key) {
        if (!(key instanceof RSAPublicKey rsa)) {
            return Optional.empty();
        }
        return privateKeys.stream()
                .filter(object -> object.modulus().equals(Optional.of(rsa.getModulus())))
                .map(PrivateKeyObject::id)
                .findFirst();
    }

    /// Only where the token shows no public half that says otherwise.
    private Optional<KeyId> idByCertificate(PublicKey key) {
        return certificates.stream()
                .filter(object -> object.certificate().publicKey().equals(key))
                .map(CertificateObject::id)
                .filter(id -> publicKey(id).isEmpty())
                .findFirst();
    }

    static List<CertificateObject> readCertificates(TokenSession session) {
        List<CertificateObject> all = new ArrayList<>();
        for (long handle :
                session.find(
                        Attribute.of(Ck.CKA_CLASS, Ck.CKO_CERTIFICATE),
                        Attribute.of(Ck.CKA_CERTIFICATE_TYPE, Ck.CKC_X_509))) {
            var values = session.values(handle, Ck.CKA_ID, Ck.CKA_LABEL, Ck.CKA_VALUE).values();
            Optional<Certificate> certificate = values.get(2).flatMap(TokenObjects::decoded);
            id(values.get(0))
                    .ifPresent(id ->
                            certificate.ifPresent(c ->
                                    all.add(
                                            new CertificateObject(
                                                    handle, id, text(values.get(1)), c))));
        }
        return all;
    }

    private static List<PublicKeyObject> readPublicKeys(TokenSession session) {
        List<PublicKeyObject> all = new ArrayList<>();
        for (long handle : session.find(Attribute.of(Ck.CKA_CLASS, Ck.CKO_PUBLIC_KEY))) {
            var head = session.values(handle, Ck.CKA_ID, Ck.CKA_KEY_TYPE).values();
            Optional<PublicKey> key = publicKey(session, handle, number(head.get(1)));
            id(head.get(0))
                    .ifPresent(
                            id -> key.ifPresent(k -> all.add(new PublicKeyObject(handle, id, k))));
        }
        return all;
    }

    private static Optional<PublicKey> publicKey(TokenSession session, long handle, long type) {
        if (type == Ck.CKK_RSA) {
            var rsa = session.values(handle, Ck.CKA_MODULUS, Ck.CKA_PUBLIC_EXPONENT).values();
            return rsa.get(0).flatMap(n -> rsa.get(1).flatMap(e -> TokenKeys.rsa(n, e)));
        }
        if (type == Ck.CKK_EC) {
            var ec = session.values(handle, Ck.CKA_EC_PARAMS, Ck.CKA_EC_POINT).values();
            return ec.get(0).flatMap(p -> ec.get(1).flatMap(w -> TokenKeys.ec(p, w)));
        }
        return Optional.empty();
    }

    static List<PrivateKeyObject> readPrivateKeys(TokenSession session) {
        List<PrivateKeyObject> all = new ArrayList<>();
        for (long handle : session.find(Attribute.of(Ck.CKA_CLASS, Ck.CKO_PRIVATE_KEY))) {
            var values =
                    session.values(
                                    handle,
                                    Ck.CKA_ID,
                                    Ck.CKA_LABEL,
                                    Ck.CKA_MODULUS,
                                    Ck.CKA_ALWAYS_AUTHENTICATE)
                            .values();
            boolean always = values.get(3).filter(v -> v.length == 1 && v[0] != 0).isPresent();
            Optional<BigInteger> modulus = values.get(2).map(n -> new BigInteger(1, n));
            id(values.get(0))
                    .map(id ->
                            new PrivateKeyObject(handle, id, text(values.get(1)), modulus, always))
                    .ifPresent(all::add);
        }
        return all;
    }

    /// Reads what others will ask for later, so that a certificate that is broken inside is not
    /// there.
    private static Optional<Certificate> decoded(byte[] der) {
        try {
            Certificate certificate = Certificate.ofDer(der);
            var _ = certificate.id();
            var _ = certificate.validity();
            var _ = certificate.publicKey().getEncoded();
            var _ = certificate.keyUsages();
            var _ = certificate.subjectText();
            var _ = certificate.issuerText();
            return Optional.of(certificate);
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<KeyId> id(Optional<byte[]> value) {
        return value.filter(octets -> octets.length > 0).map(KeyId::of);
    }

    private static String text(Optional<byte[]> value) {
        return value.map(octets -> new String(octets, StandardCharsets.UTF_8)).orElse("");
    }

    private static long number(Optional<byte[]> value) {
        return value.filter(octets -> octets.length == Long.BYTES)
                .map(octets -> ByteBuffer.wrap(octets).getLong())
                .orElse(Ck.UNAVAILABLE_INFORMATION);
    }
}
