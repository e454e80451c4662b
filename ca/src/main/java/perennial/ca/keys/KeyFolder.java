// SPDX-License-Identifier: Apache-2.0
package perennial.ca.keys;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.Objects;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import perennial.ca.CaException;
import perennial.ca.Passphrase;
import perennial.ca.ServiceCredential;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyKind;
import perennial.core.crypto.KeyPlace;
import perennial.core.crypto.KeyPlaceException;
import perennial.core.crypto.Signer;

/// A folder of encrypted files, one a key: `NAME.p12`. A key without a certificate yet has one that
/// it signed itself, valid for one second, for the file's format wants one.
public final class KeyFolder implements KeyPlace {
    private final Path folder;
    private final Passphrase passphrase;
    private final Clock clock;
    private final SecureRandom random;

    /// @param folder made with mode 0700 when absent and a key is made
    /// @param passphrase encrypts the files; stays the caller's to close
    public KeyFolder(Path folder, Passphrase passphrase, Clock clock, SecureRandom random) {
        this.folder = folder;
        this.passphrase = passphrase;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public String description() {
        return "PKCS #12 %s".formatted(folder.getFileName());
    }

    @Override
    public Optional<PublicKey> find(String name, KeyKind kind) {
        if (!file(name).exists()) {
            return Optional.empty();
        }
        PublicKey key = read(name).certificate().publicKey();
        if (!KeyKind.of(key).equals(Optional.of(kind))) {
            throw new KeyPlaceException(
                    Problem.AUTHORITY_KEY_WRONG,
                    "the key \"%s\" is not %s".formatted(name, kind.text()));
        }
        return Optional.of(key);
    }

    @Override
    public PublicKey generate(String name, KeyKind kind) {
        if (file(name).exists()) {
            throw new KeyPlaceException(
                    Problem.AUTHORITY_KEY_WRONG, "there is a key \"%s\" already".formatted(name));
        }
        makeFolder();
        KeyPair pair = KeyPairs.generate(kind, random);
        var _ = file(name).write(pair, placeholder(name, pair));
        return pair.getPublic();
    }

    @Override
    public Signer signer(String name, PublicKey key) {
        ServiceCredential found = read(name);
        if (!found.certificate().publicKey().equals(key)) {
            throw new KeyPlaceException(
                    Problem.AUTHORITY_KEY_WRONG,
                    "the key \"%s\" is not that of the certificate".formatted(name));
        }
        return found.signer();
    }

    @Override
    public void certified(String name, Certificate certificate) {
        try {
            file(name).certify(certificate);
        } catch (CaException e) {
            throw new KeyPlaceException(e.problem(), Objects.toString(e.getMessage()), e);
        }
    }

    /// Nothing is held open.
    @Override
    public void close() {}

    private ServiceCredential read(String name) {
        try {
            return file(name).read();
        } catch (CaException e) {
            throw new KeyPlaceException(e.problem(), Objects.toString(e.getMessage()), e);
        }
    }

    private KeyFile file(String name) {
        return new KeyFile(folder.resolve(name + ".p12"), passphrase, random);
    }

    private void makeFolder() {
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(
                        folder,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw new KeyPlaceException(Problem.FILE_NOT_USABLE, "no folder for the key files", e);
        }
    }

    private Certificate placeholder(String name, KeyPair pair) {
        X500Name nobody = new X500Name("CN=key " + name);
        Instant now = clock.instant();
        try {
            return Certificate.ofDer(
                    new X509v3CertificateBuilder(
                                    nobody,
                                    BigInteger.ONE,
                                    Date.from(now),
                                    Date.from(now),
                                    nobody,
                                    SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()))
                            .build(
                                    new SignatureContent(
                                            DeterministicSigner.of(
                                                    pair.getPrivate(), pair.getPublic())))
                            .getEncoded());
        } catch (IOException e) {
            throw new IllegalStateException("a certificate of ours encodes", e);
        }
    }
}
