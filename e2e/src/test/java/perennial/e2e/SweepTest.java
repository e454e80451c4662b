// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.cli.Perennial;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Nobody ever loses a working card: the product's own sweep, every case of it on PIV cards, a part
/// of it on PKCS #11 tokens (whose calls are many and slow; the command alone runs them all), and a
/// part through the system's card service with other people's software looking at each card.
class SweepTest {
    @Test
    void wherever_a_renewal_breaks_nobody_loses_a_card() {
        JsonNode result = sweep("sweep", "--json", "--token", "piv");
        assertEquals(List.of(), lost(result));
        assertTrue(result.get("tried").asInt() >= 1000, "tried " + result.get("tried"));
        assertEquals(3, result.get("byKind").size(), "same key, beside, in place");
    }

    @Test
    void wherever_a_token_library_breaks_nobody_loses_a_token() {
        JsonNode result = sweep("sweep", "--json", "--token", "pkcs11", "--every", "13");
        assertEquals(List.of(), lost(result));
        assertTrue(result.get("tried").asInt() >= 200, "tried " + result.get("tried"));
        assertEquals(3, result.get("byKind").size(), "same key, beside, in place");
    }

    @Test
    void opensc_and_sunpkcs11_agree_about_every_card_that_broke(@TempDir Path folder)
            throws IOException {
        try (PcscDaemon pcscd = PcscDaemon.start(folder)) {
            InetSocketAddress slot = pcscd.vpcd(0);
            JsonNode result =
                    sweep(
                            "sweep",
                            "--json",
                            "--every",
                            "37",
                            "--vpcd",
                            slot.getHostString() + ":" + slot.getPort(),
                            "--reader",
                            PcscDaemon.reader(0));
            assertEquals(List.of(), lost(result), pcscd::log);
            assertTrue(result.get("tried").asInt() >= 30, "tried " + result.get("tried"));
        }
    }

    private static JsonNode sweep(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int _ = Perennial.run(arguments, new PrintStream(out), new PrintStream(err));
        String text = out.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains("{"), () -> text + err.toString(StandardCharsets.UTF_8));
        JsonNode result = JsonMapper.shared().readTree(text.substring(text.indexOf('{')));
        System.out.printf(
                "sweep: %d cases, recovered %d, lost %d (usable at once: %d) %s%n",
                result.get("tried").asInt(),
                result.get("recovered").asInt(),
                result.get("lost").asInt(),
                result.get("usableAtOnce").asInt(),
                result.get("byKind"));
        return result;
    }

    private static List<String> lost(JsonNode result) {
        List<String> lost = new ArrayList<>();
        result.get("cases")
                .forEach(one -> {
                    if (!one.get("recovered").asBoolean()) {
                        lost.add(one.toString());
                    }
                });
        return lost;
    }
}
