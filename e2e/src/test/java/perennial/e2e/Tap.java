// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/// A port that passes everything to another one and keeps it, both ways.
final class Tap implements AutoCloseable {
    private final ServerSocket server;
    private final int target;
    private final ByteArrayOutputStream passed = new ByteArrayOutputStream();

    Tap(int target) {
        this.target = target;
        try {
            this.server = new ServerSocket(0, 32, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread _ = Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    byte[] passed() {
        synchronized (passed) {
            return passed.toByteArray();
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket near = server.accept();
                Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
                Thread _ = Thread.ofVirtual().start(() -> pass(near, far));
                Thread _ = Thread.ofVirtual().start(() -> pass(far, near));
            } catch (IOException e) {
                close();
            }
        }
    }

    private void pass(Socket from, Socket to) {
        byte[] octets = new byte[8192];
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int read = in.read(octets); read >= 0; read = in.read(octets)) {
                synchronized (passed) {
                    passed.write(octets, 0, read);
                }
                out.write(octets, 0, read);
                out.flush();
            }
        } catch (IOException e) {
            // One side is gone: so is the connection.
            return;
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
