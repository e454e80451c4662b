// SPDX-License-Identifier: Apache-2.0
package perennial.ca.ceremony;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import perennial.ca.settings.Section;
import perennial.ca.settings.Value;

/// Where keys live, as a file says it. Secrets stand in files of their own, or are asked for.
public sealed interface PlacePlan {
    /// A folder of PKCS #12 files.
    ///
    /// @param passphraseFile empty to ask at the terminal
    record Files(Path folder, Optional<Path> passphraseFile) implements PlacePlan {}

    /// A token behind a PKCS #11 library.
    ///
    /// @param serialNumber where several tokens have this label
    /// @param pinFile empty to ask at the terminal
    /// @param sessions how many signatures at once
    /// @param environment what the library's process has in its environment in addition
    record Token(
            Path library,
            String label,
            Optional<String> serialNumber,
            Optional<Path> pinFile,
            int sessions,
            Map<String, String> environment)
            implements PlacePlan {
        public Token {
            environment = Map.copyOf(environment);
        }
    }

    /// Reads `folder` with `passphrase-file`, or `library` and `token` with `serial-number`,
    /// `pin-file`, `sessions` and `environment`.
    ///
    /// @param base what paths in the file are relative to
    static PlacePlan read(Section section, Path base) {
        Optional<Path> folder = section.optional("folder").map(v -> path(v, base));
        Optional<Path> library = section.optional("library").map(v -> path(v, base));
        if (folder.isPresent() == library.isPresent()) {
            throw section.refused("a place has either 'folder' or 'library'");
        }
        if (folder.isPresent()) {
            return new Files(
                    folder.get(), section.optional("passphrase-file").map(v -> path(v, base)));
        }
        return new Token(
                library.get(),
                section.value("token").text(),
                section.optional("serial-number").map(Value::text),
                section.optional("pin-file").map(v -> path(v, base)),
                section.optional("sessions").map(v -> v.number(1, 64)).orElse(2),
                section.namedValues("environment", Value::text));
    }

    private static Path path(Value value, Path base) {
        return base.resolve(Path.of(value.text())).normalize();
    }
}
