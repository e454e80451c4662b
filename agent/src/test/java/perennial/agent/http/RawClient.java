// SPDX-License-Identifier: Apache-2.0
package perennial.agent.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One connection that sends what it is told, octet for octet, also half of it.
final class RawClient implements AutoCloseable {
    private static final Pattern LENGTH = Pattern.compile("Content-Length: (\\d+)");
    private static final int PATIENCE = 30_000;

    private final Socket socket;

    RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE);
    }

    RawClient send(String octets) throws IOException {
        socket.getOutputStream().write(octets.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /// Says that nothing more will come, and goes on listening.
    RawClient endsSending() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /// The next answer, whole, as text; empty when the connection ends before one begins.
    String answer() throws IOException {
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            if (!read(answer)) {
                return answer.toString();
            }
        }
        Matcher length = LENGTH.matcher(answer);
        int body = length.find() ? Integer.parseInt(length.group(1)) : 0;
        int whole = answer.length() + body;
        boolean more = true;
        while (more && answer.length() < whole) {
            more = read(answer);
        }
        return answer.toString();
    }

    private boolean read(StringBuilder into) throws IOException {
        int octet = socket.getInputStream().read();
        if (octet >= 0) {
            into.append((char) octet);
        }
        return octet >= 0;
    }

    /// Waits until the other end has gone, however it went.
    ///
    /// @return what was still said
    String end() {
        StringBuilder said = new StringBuilder();
        boolean more = true;
        while (more) {
            more = readUntilGone(said);
        }
        return said.toString();
    }

    /// One that was torn down with octets of ours unread is gone too.
    private boolean readUntilGone(StringBuilder into) {
        try {
            return read(into);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the connection is still open", e);
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
