// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import perennial.agent.selftest.Fact.Label;
import perennial.agent.selftest.Surroundings.Component;
import perennial.core.advice.Problem;

/// Is it the component that is at its port?
final class PortCheck implements Check {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int MAX_ANSWER = 8 * 1024;
    private static final Pattern VERSION = Pattern.compile("version:(\\d[\\d.]{0,30})");

    @Override
    public Topic topic() {
        return Topic.PORT;
    }

    @Override
    public Finding look(Examination examination) {
        Component component = examination.surroundings().component();
        Fact port = new Fact(Label.PORT, Integer.toString(component.port()));
        if (component.running()) {
            return Finding.Passed.with(port);
        }
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), component.port()),
                    (int) PATIENCE.toMillis());
            Matcher version = VERSION.matcher(answer(socket, component.port()));
            return version.find()
                    ? Finding.Passed.with(port, new Fact(Label.COMPONENT, version.group(1)))
                    : Finding.Failed.with(Problem.PORT_TAKEN, port);
        } catch (IOException e) {
            return Finding.Failed.with(Problem.AGENT_MISSING, port);
        }
    }

    /// Whatever speaks there; nothing when it does not speak HTTP, or not in time.
    private static String answer(Socket socket, int port) {
        try {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream()
                    .write(
                            "GET / HTTP/1.1\r\nHost: localhost:%d\r\nConnection: close\r\n\r\n"
                                    .formatted(port)
                                    .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            return new String(in.readNBytes(MAX_ANSWER), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
