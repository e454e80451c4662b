// SPDX-License-Identifier: Apache-2.0
package perennial.agent.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Many connections to one port, in a process of its own, that has descriptors of its own: opened,
/// told some octets, and kept until its input ends.
final class CrowdProcess {
    static final String OPEN = "open: ";

    private CrowdProcess() {}

    /// @param arguments the port, how many, what each says
    static void main(String[] arguments) throws IOException {
        InetSocketAddress door =
                new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]));
        int many = Integer.parseInt(arguments[1]);
        byte[] said = arguments[2].getBytes(StandardCharsets.ISO_8859_1);
        List<SocketChannel> kept = new ArrayList<>();
        while (kept.size() < many) {
            SocketChannel channel = SocketChannel.open(door);
            kept.add(channel);
            say(channel, said);
        }
        System.out.println(OPEN + kept.size());
        int _ = System.in.read();
    }

    private static void say(SocketChannel channel, byte[] octets) {
        try {
            channel.write(ByteBuffer.wrap(octets));
        } catch (IOException e) {
            // Sent away already; it counts as well.
            System.err.println(e.getMessage());
        }
    }
}
