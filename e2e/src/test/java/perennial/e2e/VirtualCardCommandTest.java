// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perennial.card.apdu.ApduReader;
import perennial.card.pcsc.PcscReaders;
import perennial.cli.Perennial;
import perennial.core.certificate.CardNumber;
import perennial.virtualcard.Personalisation;
import perennial.virtualcard.Pkcs15Card;
import perennial.virtualcard.VirtualCard;
import perennial.virtualcard.VpcdReader;

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

    @Test
    void a_card_that_no_driver_fits_does_not_hide_the_others() throws Exception {
        SecureRandom random = new SecureRandom();
        Personalisation holder =
                new Personalisation(
                        new CardNumber("0088000000000042"),
                        "246810".toCharArray(),
                        "86420135".toCharArray());
        try (PcscDaemon daemon = PcscDaemon.start(folder);
                VpcdReader first = new VpcdReader(daemon.vpcd(0));
                VpcdReader second = new VpcdReader(daemon.vpcd(1))) {
            first.insert(Pkcs15Card.create(holder, random));
            second.insert(VirtualCard.create(holder, random));
            PcscReaders readers = PcscReaders.ofThisComputer();
            Eventually.holds(
                    "both cards are seen",
                    () -> readers.list().stream().allMatch(ApduReader::cardPresent));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            PrintStream lines = new PrintStream(out, true, StandardCharsets.UTF_8);
            assertEquals(0, Perennial.run(new String[] {"card", "list"}, lines, lines));
            String text = out.toString(StandardCharsets.UTF_8);
            assertTrue(text.contains(PcscDaemon.reader(0) + " C03"), text);
            assertTrue(text.contains(PcscDaemon.reader(1) + " 卡號:[0088000000000042]"), text);
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
