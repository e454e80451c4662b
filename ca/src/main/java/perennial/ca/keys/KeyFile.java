// SPDX-License-Identifier: Apache-2.0
package perennial.ca.keys;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.KeyStore.PasswordProtection;
import java.security.KeyStore.PrivateKeyEntry;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import javax.crypto.spec.PBEParameterSpec;
import perennial.ca.CaException;
import perennial.ca.Passphrase;
import perennial.ca.ServiceCredential;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;

/// One key and its certificate in a PKCS #12 file, mode 0600, replaced in one step. The key is
/// encrypted with AES-256 under PBES2 (RFC 8018).
public final class KeyFile {
    private static final String ALIAS = "key";
    private static final String PBES2_AES = "PBEWithHmacSHA256AndAES_256";
    private static final int SALT_OCTETS = 16;
    private static final int ITERATIONS = 10_000;

    private final Path file;
    private final Passphrase passphrase;
    private final SecureRandom random;

    public KeyFile(Path file, Passphrase passphrase, SecureRandom random) {
        this.file = file;
        this.passphrase = passphrase;
        this.random = random;
    }

    public boolean exists() {
        return Files.exists(file);
    }

    /// @throws CaException FILE_NOT_USABLE when it cannot be read or the passphrase is wrong
    public ServiceCredential read() {
        return passphrase.lend(this::read);
    }

    /// Writes both and comes back when they are on the disk.
    public ServiceCredential write(KeyPair pair, Certificate certificate) {
        SecretFile.write(file, passphrase.lend(secret -> encode(secret, pair, certificate)));
        return new ServiceCredential(
                DeterministicSigner.of(pair.getPrivate(), pair.getPublic()), certificate);
    }

    /// Gives the key in the file this certificate.
    ///
    /// @throws CaException FILE_NOT_USABLE, AUTHORITY_KEY_WRONG when it is another key's
    public void certify(Certificate certificate) {
        var _ =
                passphrase.lend(secret -> {
                    PrivateKeyEntry own = entry(secret);
                    KeyPair pair = new KeyPair(certificate.publicKey(), own.getPrivateKey());
                    // Whether they fit shows before the file is touched.
                    byte[] probe = new byte[SALT_OCTETS];
                    var _ =
                            new ServiceCredential(
                                            DeterministicSigner.of(
                                                    pair.getPrivate(), pair.getPublic()),
                                            certificate)
                                    .signer()
                                    .sign(probe);
                    return write(pair, certificate);
                });
    }

    private ServiceCredential read(char[] secret) {
        PrivateKeyEntry entry = entry(secret);
        X509Certificate certificate = (X509Certificate) entry.getCertificate();
        return new ServiceCredential(
                DeterministicSigner.of(entry.getPrivateKey(), certificate.getPublicKey()),
                decoded(certificate));
    }

    private static Certificate decoded(X509Certificate certificate) {
        try {
            return Certificate.ofDer(certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("what was read encodes", e);
        }
    }

    private PrivateKeyEntry entry(char[] secret) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(Files.readAllBytes(file)), secret);
            PrivateKeyEntry entry =
                    (PrivateKeyEntry) store.getEntry(ALIAS, new PasswordProtection(secret));
            if (entry == null) {
                throw new CaException(
                        Problem.FILE_NOT_USABLE, "no key in %s".formatted(file.getFileName()));
            }
            return entry;
        } catch (IOException | GeneralSecurityException e) {
            throw new CaException(
                    Problem.FILE_NOT_USABLE,
                    "%s cannot be read with this passphrase".formatted(file.getFileName()),
                    e);
        }
    }

    private byte[] encode(char[] secret, KeyPair pair, Certificate certificate) {
        byte[] salt = new byte[SALT_OCTETS];
        random.nextBytes(salt);
        PasswordProtection protection =
                new PasswordProtection(secret, PBES2_AES, new PBEParameterSpec(salt, ITERATIONS));
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setEntry(
                    ALIAS,
                    new PrivateKeyEntry(
                            pair.getPrivate(), new X509Certificate[] {certificate.x509()}),
                    protection);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            store.store(out, secret);
            return out.toByteArray();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("every JDK writes PKCS #12 with " + PBES2_AES, e);
        }
    }
}
