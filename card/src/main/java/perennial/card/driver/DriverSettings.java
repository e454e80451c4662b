// SPDX-License-Identifier: Apache-2.0
package perennial.card.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import perennial.card.pkcs11.Pkcs11Module;

/// The token libraries of this computer, and which driver its holder wants for which reader.
///
/// In a file, one of these on each line; empty lines and those with `#` in front are passed over:
///
/// ```
/// pkcs11.NAME = FILE
/// driver.READER = PIV, or the NAME of a library
/// ```
///
/// @param modules asked in this order
/// @param chosen driver by reader; a reader that is not here gets the first driver that fits
public record DriverSettings(List<Pkcs11Module> modules, Map<String, String> chosen) {
    /// The driver that is always there.
    public static final String PIV = "PIV";

    private static final String MODULE = "pkcs11.";
    private static final String DRIVER = "driver.";

    /// @throws IllegalArgumentException when two libraries have one name, or a reader wants a
    ///   driver that is not there
    public DriverSettings {
        modules = List.copyOf(modules);
        chosen = Map.copyOf(chosen);
        List<String> names =
                Stream.concat(Stream.of(PIV), modules.stream().map(Pkcs11Module::name)).toList();
        if (names.stream().distinct().count() < names.size()) {
            throw new IllegalArgumentException("drivers have different names, got " + names);
        }
        chosen.forEach((reader, driver) -> {
            if (!names.contains(driver)) {
                throw new IllegalArgumentException(
                        "the driver of \"%s\" is one of %s, got \"%s\""
                                .formatted(reader, names, driver));
            }
        });
    }

    /// PIV alone.
    public static DriverSettings none() {
        return new DriverSettings(List.of(), Map.of());
    }

    /// @throws IllegalArgumentException with the number of the line that is wrong
    public static DriverSettings read(Path file) throws IOException {
        List<Pkcs11Module> modules = new ArrayList<>();
        Map<String, String> chosen = new LinkedHashMap<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int equals = line.indexOf('=');
            String key = equals < 0 ? line : line.substring(0, equals).strip();
            String value = equals < 0 ? "" : line.substring(equals + 1).strip();
            boolean known =
                    isNamed(key, MODULE)
                            ? modules.add(module(key.substring(MODULE.length()), value))
                            : isNamed(key, DRIVER)
                                    && chosen.put(key.substring(DRIVER.length()), value) == null;
            if (!known || value.isEmpty()) {
                throw new IllegalArgumentException(
                        "%s line %d: expected pkcs11.NAME = FILE or driver.READER = NAME, once"
                                .formatted(file, i + 1));
            }
        }
        return checked(file, modules, chosen);
    }

    /// The same with another library, named after its file.
    public DriverSettings with(Path library) {
        List<Pkcs11Module> more = new ArrayList<>(modules);
        more.add(module(String.valueOf(library.getFileName()), library.toString()));
        return new DriverSettings(more, chosen);
    }

    Optional<String> chosenFor(String reader) {
        return Optional.ofNullable(chosen.get(reader));
    }

    private static DriverSettings checked(
            Path file, List<Pkcs11Module> modules, Map<String, String> chosen) {
        try {
            return new DriverSettings(modules, chosen);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    private static boolean isNamed(String key, String family) {
        return key.startsWith(family) && key.length() > family.length();
    }

    private static Pkcs11Module module(String name, String file) {
        return new Pkcs11Module(name, Path.of(file), Map.of());
    }
}
