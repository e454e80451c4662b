// SPDX-License-Identifier: Apache-2.0
package perennial.card.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perennial.card.pkcs11.Pkcs11Module;

class DriverSettingsTest {
    @TempDir private Path directory;

    @Test
    void libraries_and_wishes_are_read_in_their_order() throws IOException {
        DriverSettings settings =
                read(
                        "# what this computer has",
                        "",
                        "pkcs11.SoftHSM = /usr/lib/softhsm/libsofthsm2.so",
                        "pkcs11.OpenSC=/usr/lib/opensc-pkcs11.so",
                        "driver.Virtual PCD 00 00 = OpenSC",
                        "driver.Other = PIV");
        assertEquals(
                "[SoftHSM, OpenSC]",
                settings.modules().stream().map(Pkcs11Module::name).toList().toString());
        assertEquals(Map.of("Virtual PCD 00 00", "OpenSC", "Other", "PIV"), settings.chosen());
    }

    @ParameterizedTest
    @CsvSource({
        "pkcs12.X = /x",
        "pkcs11. = /x",
        "pkcs11.X",
        "pkcs11.X =",
        "driver.Reader =",
        "drivers = PIV",
    })
    void a_line_that_is_not_understood_refuses_the_file_with_its_number(String line) {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> read("# first", line));
        assertTrue(String.valueOf(refused.getMessage()).contains("line 2"), refused.toString());
    }

    @Test
    void a_reader_is_named_once_and_its_driver_is_there() {
        assertThrows(
                IllegalArgumentException.class, () -> read("driver.R = PIV", "driver.R = PIV"));
        assertThrows(IllegalArgumentException.class, () -> read("driver.R = Nobody"));
        assertThrows(IllegalArgumentException.class, () -> read("pkcs11.A = /a", "pkcs11.A = /b"));
        assertThrows(IllegalArgumentException.class, () -> read("pkcs11.PIV = /a"));
    }

    private DriverSettings read(String... lines) throws IOException {
        Path file = directory.resolve("drivers.conf");
        Files.write(file, java.util.List.of(lines));
        return DriverSettings.read(file);
    }
}
