// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perennial.card.pcsc.PcscReaders;

/// `perennial virtual-card` as a person uses it, seen by OpenSC.
class VirtualCardCommandTest {
    @TempDir Path folder;

    @ParameterizedTest(name = "{0}")
    @CsvSource({"piv,PIV_II", "pkcs15,PKCS#15"})
    void a_new_card_is_seen_by_opensc_is_pulled_and_put_back(String kind, String model)
            throws Exception {
        Files.writeString(folder.resolve("pin"), "246810\n");
        Files.writeString(folder.resolve("puk"), "86420135\n");
        try (PcscDaemon daemon = PcscDaemon.start(folder);
                LauncherProcess card =
                        LauncherProcess.start(
                                Map.of(),
                                "virtual-card",
                                "--card",
                                folder.resolve("new.card").toString(),
                                "--kind",
                                kind,
                                "--create",
                                "--pin-file",
                                folder.resolve("pin").toString(),
                                "--puk-file",
                                folder.resolve("puk").toString(),
                                "--vpcd",
                                "127.0.0.1:" + daemon.vpcd(0).getPort())) {
            card.await(Pattern.compile("^the card is in the reader of"));
            awaitCard(true);
            String slots = slots();
            assertTrue(slots.contains(model), slots);
            card.type("eject");
            card.await(Pattern.compile("The card is out"));
            awaitCard(false);
            assertFalse(slots().contains(model));
            card.type("insert");
            card.await(Pattern.compile("The card is in"));
            awaitCard(true);
            card.type("jump");
            card.await(Pattern.compile("unknown or of no effect: jump"));
            card.type("quit");
            assertEquals(0, card.exitCode(), card.output());
        }
    }

    private static void awaitCard(boolean present) {
        PcscReaders readers = PcscReaders.ofThisComputer();
        Eventually.holds(
                "card present: " + present,
                () -> readers.list().getFirst().cardPresent() == present);
    }

    private String slots() throws Exception {
        return Shell.run(folder, "pkcs11-tool", "--module", "opensc-pkcs11.so", "--list-slots");
    }
}
