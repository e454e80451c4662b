// SPDX-License-Identifier: Apache-2.0
package perennial.agent.loopback;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/// A request's body, bounded in length and time.
final class TimedBody {
    private static final long MOST_MILLIS = 5_000;

    private TimedBody() {}

    /// @return empty when it is longer than allowed or does not arrive in time
    static Optional<byte[]> read(HttpExchange exchange, int most) throws IOException {
        Thread reader = Thread.currentThread();
        Thread alarm =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                Thread.sleep(MOST_MILLIS);
                                reader.interrupt();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        try (InputStream in = exchange.getRequestBody()) {
            byte[] body = in.readNBytes(most + 1);
            if (body.length > most) {
                Arrays.fill(body, (byte) 0);
                return Optional.empty();
            }
            return Optional.of(body);
        } finally {
            alarm.interrupt();
            boolean _ = Thread.interrupted();
        }
    }
}
