// SPDX-License-Identifier: Apache-2.0
package perennial.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;

/// A server that gives its answers in their order to whoever comes, one after the other, and looks
/// at nothing: what sockets alone cost.
final class BareServer implements Runnable, AutoCloseable {
    private static final int MAX_REQUEST = 1024;

    private final ServerSocket door;
    private final List<byte[]> answers;

    /// @param answers one for each request of a connection; not changed here
    BareServer(List<byte[]> answers) {
        this.answers = List.copyOf(answers);
        try {
            door = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return door.getLocalPort();
    }

    @Override
    public void run() {
        boolean open = true;
        while (open) {
            try (Socket socket = door.accept()) {
                serve(socket);
            } catch (IOException e) {
                // Its client tore it down, or the door is closed.
                open = !door.isClosed();
            }
        }
    }

    private void serve(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        byte[] request = new byte[MAX_REQUEST];
        for (byte[] answer : answers) {
            if (socket.getInputStream().read(request) < 0) {
                return;
            }
            socket.getOutputStream().write(answer);
        }
        int _ = socket.getInputStream().read(request);
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
