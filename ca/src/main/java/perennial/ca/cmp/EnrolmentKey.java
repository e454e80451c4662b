// SPDX-License-Identifier: Apache-2.0
package perennial.ca.cmp;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStore.PasswordProtection;
import java.security.KeyStore.SecretKeyEntry;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Set;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import perennial.ca.CaException;
import perennial.ca.Passphrase;
import perennial.core.advice.Problem;

/// The key that the secrets of enrolments come from, in a PKCS #12 file, mode 0600. Without it
/// those that are on their way are worth nothing; new ones take its place.
public final class EnrolmentKey {
    private static final String ALIAS = "enrolment";
    private static final int OCTETS = 32;

    private EnrolmentKey() {}

    /// Reads the key, or makes it when there is none. Of two processes that make it at once, one's
    /// stays and both read it.
    ///
    /// @throws CaException FILE_NOT_USABLE
    public static SecretKey open(Path file, Passphrase passphrase, SecureRandom random) {
        return passphrase.lend(secret -> {
            try {
                if (!Files.exists(file)) {
                    make(file, secret, random);
                }
                return read(file, secret);
            } catch (IOException | GeneralSecurityException e) {
                throw new CaException(
                        Problem.FILE_NOT_USABLE,
                        "%s cannot be used with this passphrase".formatted(file.getFileName()),
                        e);
            }
        });
    }

    private static SecretKey read(Path file, char[] secret)
            throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new ByteArrayInputStream(Files.readAllBytes(file)), secret);
        if (store.getEntry(ALIAS, new PasswordProtection(secret)) instanceof SecretKeyEntry entry) {
            return entry.getSecretKey();
        }
        throw new IOException("no key in it");
    }

    /// Written aside and linked to its name, which fails when there is one.
    private static void make(Path file, char[] secret, SecureRandom random)
            throws IOException, GeneralSecurityException {
        byte[] octets = new byte[OCTETS];
        random.nextBytes(octets);
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setEntry(
                ALIAS,
                new SecretKeyEntry(new SecretKeySpec(octets, "HmacSHA256")),
                new PasswordProtection(secret));
        Arrays.fill(octets, (byte) 0);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        store.store(out, secret);
        Path fresh =
                Files.createTempFile(
                        file.toAbsolutePath().getParent(),
                        file.getFileName() + ".",
                        ".new",
                        PosixFilePermissions.asFileAttribute(
                                Set.copyOf(PosixFilePermissions.fromString("rw-------"))));
        try {
            Files.write(fresh, out.toByteArray(), StandardOpenOption.SYNC);
            Files.createLink(file, fresh);
        } catch (FileAlreadyExistsException e) {
            // Another process was faster; its key counts.
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
