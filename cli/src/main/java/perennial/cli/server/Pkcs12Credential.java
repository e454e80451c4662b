// SPDX-License-Identifier: Apache-2.0
package perennial.cli.server;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStore.PasswordProtection;
import java.security.KeyStore.PrivateKeyEntry;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import perennial.ca.CaException;
import perennial.ca.Passphrase;
import perennial.core.advice.Problem;

/// A TLS credential in a PKCS #12 file, read again when the file has changed: whoever renews the
/// certificate replaces the file, and nobody restarts the server. A new file that cannot be read
/// changes nothing but the log. Safe for use by many threads.
public final class Pkcs12Credential implements Supplier<TlsCredential> {
    private static final System.Logger LOG = System.getLogger(Pkcs12Credential.class.getName());

    /// The file is looked at no more often, however many handshakes there are.
    private static final Duration LOOK = Duration.ofSeconds(5);

    private final Path file;
    private final Passphrase passphrase;
    private final Clock clock;
    private byte[] content;
    private TlsCredential current;
    private Instant looked;

    /// @param file with one key and its certificates
    /// @param passphrase must stay open as long as this is asked
    /// @throws CaException FILE_NOT_USABLE when there is no such file or no key in it
    public Pkcs12Credential(Path file, Passphrase passphrase, Clock clock) {
        this.file = file;
        this.passphrase = passphrase;
        this.clock = clock;
        this.content = octets();
        this.current = decode(content);
        this.looked = clock.instant();
    }

    @Override
    public synchronized TlsCredential get() {
        Instant now = clock.instant();
        if (Duration.between(looked, now).abs().compareTo(LOOK) >= 0) {
            looked = now;
            refresh();
        }
        return current;
    }

    private void refresh() {
        try {
            byte[] read = octets();
            if (!Arrays.equals(read, content)) {
                content = read;
                current = decode(read);
                LOG.log(
                        System.Logger.Level.INFO,
                        "TLS certificate renewed, until {0}",
                        current.chain().getFirst().getNotAfter().toInstant());
            }
        } catch (CaException e) {
            LOG.log(System.Logger.Level.ERROR, "the TLS certificate stays the old one", e);
        }
    }

    private byte[] octets() {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new CaException(
                    Problem.FILE_NOT_USABLE, "%s cannot be read".formatted(file.getFileName()), e);
        }
    }

    private TlsCredential decode(byte[] pkcs12) {
        return passphrase.lend(secret -> decode(pkcs12, secret));
    }

    private TlsCredential decode(byte[] pkcs12, char[] secret) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(pkcs12), secret);
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias)) {
                    PrivateKeyEntry entry =
                            (PrivateKeyEntry) store.getEntry(alias, new PasswordProtection(secret));
                    return new TlsCredential(entry.getPrivateKey(), chain(entry));
                }
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new CaException(
                    Problem.FILE_NOT_USABLE,
                    "%s cannot be read with this passphrase".formatted(file.getFileName()),
                    e);
        }
        throw new CaException(
                Problem.FILE_NOT_USABLE, "no key in %s".formatted(file.getFileName()));
    }

    private static List<X509Certificate> chain(PrivateKeyEntry entry) {
        return Stream.of(entry.getCertificateChain()).map(X509Certificate.class::cast).toList();
    }
}
