// SPDX-License-Identifier: Apache-2.0
package perennial.agent.consent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OriginTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://ra.example.test",
                "http://localhost:8080",
                "https://ra.example.test:8443",
                "http://192.0.2.1",
                "http://[::1]:8080",
                "https://xn--fiqs8s.example",
                "https://a"
            })
    void what_browsers_write_is_an_origin(String text) {
        assertEquals(Optional.of(new Origin(text)), Origin.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "https://",
                "https://ra.example.test/",
                "https://ra.example.test:443",
                "http://ra.example.test:80",
                "https://ra.example.test:0443",
                "https://ra.example.test:0",
                "https://ra.example.test:65536",
                "https://ra.example.test:999999",
                "https://RA.example.test",
                "HTTPS://ra.example.test",
                "https://user@ra.example.test",
                "https://ra.example.test.",
                "https://.example.test",
                "https://ra..example.test",
                "https://*.example.test",
                "https://ra.example.test https://other.example",
                "https://ra.example.test\n",
                "https://例.example",
                "file://",
                "chrome-extension://abcdef",
                "wss://ra.example.test"
            })
    void what_no_browser_writes_is_none(String text) {
        assertEquals(Optional.empty(), Origin.parse(text));
        assertThrows(IllegalArgumentException.class, () -> new Origin(text));
    }
}
