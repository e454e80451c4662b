// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.core.advice.Problem;

/// What leaves the holder's hands.
class SupportBundleTest {
    @TempDir Path folder;

    private static Map<String, String> unpacked(byte[] bundle) throws Exception {
        Map<String, String> files = new TreeMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bundle))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return files;
    }

    @Test
    void it_holds_findings_and_reader_and_nothing_that_names_anybody() throws Exception {
        try (TestDesk desk = new TestDesk(folder)) {
            desk.properties.setProperty("user.name", "hsiaoming");
            desk.properties.setProperty("user.home", folder.toString());
            desk.door =
                    name -> {
                        throw new perennial.card.CardException(
                                Problem.CARD_IN_USE, "hsiaoming has it, see " + folder + "/lock");
                    };
            Report inUse = desk.examine();
            String refused =
                    String.join("", unpacked(SupportBundle.of(inUse, desk.properties)).values());
            assertTrue(refused.contains("C09"));
            assertTrue(refused.contains("has it"), refused);
            assertFalse(refused.contains("hsiaoming"), refused);
            assertFalse(refused.contains(folder.toString()), refused);
        }
        try (TestDesk desk = new TestDesk(folder)) {
            Report whole = desk.examine();
            String all =
                    String.join("", unpacked(SupportBundle.of(whole, desk.properties)).values());
            assertTrue(all.contains(TestDesk.READER), all);
            assertTrue(all.contains("3B8B01"), all);
            assertTrue(all.contains("************7810"), all);
            for (String secret :
                    new String[] {
                        TestDesk.PIN,
                        TestDesk.NUMBER.value(),
                        TestIssuer.HOLDER,
                        "0000000177001900",
                        TestDesk.signature().serialNumber().hex() + "\"",
                        desk.home.toString()
                    }) {
                assertFalse(all.contains(secret), secret + " is in " + all);
            }
        }
    }
}
