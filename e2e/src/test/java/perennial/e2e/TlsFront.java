// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// TLS before a plain port of this computer: what an operator's reverse proxy is to a portal.
final class TlsFront implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(TlsFront.class.getName());
    private static final String PASSWORD = "of a throw-away key";

    private final KeyStore keys;
    private final ServerSocket server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /// @param folder for its key
    /// @param host whom its certificate names
    TlsFront(Path folder, String host) throws Exception {
        Path file = folder.resolve("front.p12");
        Shell.run(
                folder,
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "front",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + host,
                "-ext",
                "SAN=dns:" + host,
                "-validity",
                "30",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD);
        keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        server =
                tls.getServerSocketFactory()
                        .createServerSocket(0, 64, InetAddress.getLoopbackAddress());
    }

    int port() {
        return server.getLocalPort();
    }

    /// As Chromium's command line names a key to be believed: Base64 of SHA-256 of its SPKI.
    String keyHash() throws GeneralSecurityException {
        return Base64.getEncoder()
                .encodeToString(
                        MessageDigest.getInstance("SHA-256")
                                .digest(keys.getCertificate("front").getPublicKey().getEncoded()));
    }

    /// Begins to pass octets on.
    void leadTo(int plainPort) {
        threads.execute(() -> {
            while (!server.isClosed()) {
                try {
                    Socket outside = server.accept();
                    threads.execute(() -> join(outside, plainPort));
                } catch (IOException | RejectedExecutionException e) {
                    LOG.log(System.Logger.Level.DEBUG, "closed: the test is over", e);
                    return;
                }
            }
        });
    }

    private void join(Socket outside, int plainPort) {
        try (outside;
                Socket inside = new Socket(InetAddress.getLoopbackAddress(), plainPort)) {
            threads.execute(() -> pass(inside, outside));
            pass(outside, inside);
        } catch (IOException | RejectedExecutionException e) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    "one of the two has gone; the browser asks again",
                    e);
        }
    }

    private static void pass(Socket from, Socket to) {
        try {
            OutputStream out = to.getOutputStream();
            from.getInputStream().transferTo(out);
            to.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "closed from the other side", e);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }
}
