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

/// Nobody ever loses a working card: the product's own sweep. Every case where a key stays or is
/// overwritten; a part of those that take many commands or library calls, and of those where other
/// people's software looks at each card through the system's card service. The command alone runs
/// them all; each kind of cut is tried at every command in the modules' own tests.
class SweepTest {
    @Test
    void wherever_a_renewal_breaks_nobody_loses_a_card() {
        JsonNode result =
                sweep(
                        "sweep",
                        "--json",
                        "--token",
                        "piv",
                        "--mode",
                        "same-key",
                        "--mode",
                        "re-key-in-place");
        assertEquals(List.of(), lost(result));
        assertTrue(result.get("tried").asInt() >= 800, "tried " + result.get("tried"));
    }

    @Test
    void wherever_a_new_key_beside_the_old_one_breaks_nobody_loses_a_card() {
        JsonNode result =
                sweep(
                        "sweep",
                        "--json",
                        "--token",
                        "piv",
                        "--mode",
                        "re-key-beside",
                        "--every",
                        "7");
        assertEquals(List.of(), lost(result));
        assertTrue(result.get("tried").asInt() >= 250, "tried " + result.get("tried"));
    }

    @Test
    void wherever_a_token_library_breaks_nobody_loses_a_token() {
        JsonNode result = sweep("sweep", "--json", "--token", "pkcs11", "--every", "37");
        assertEquals(List.of(), lost(result));
        assertTrue(result.get("tried").asInt() >= 100, "tried " + result.get("tried"));
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
                            "83",
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
