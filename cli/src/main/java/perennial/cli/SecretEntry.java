// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import perennial.card.Pin;
import perennial.core.advice.Problem;

/// Where a command gets a secret: from a file, from a line of standard input (the file `-`), or
/// from the terminal without showing it. Never from an argument: every program of the computer sees
/// those.
final class SecretEntry {
    /// The longest is a management key of 32 octets in hexadecimal, before CR.
    private static final int MAX_OCTETS = 2 * 32 + 1;

    private static final Path STANDARD_INPUT = Path.of("-");

    private final Console console;

    SecretEntry(Console console) {
        this.console = console;
    }

    /// A PIN or PUK.
    ///
    /// @param file empty to ask at the terminal
    /// @throws Failure PIN_FORMAT, FILE_NOT_USABLE
    Pin pin(Optional<Path> file, String prompt) {
        return pin(characters(file, prompt));
    }

    /// A PIN to be; asked for twice at the terminal.
    ///
    /// @throws Failure PIN_FORMAT, also when the two differ; FILE_NOT_USABLE
    Pin newPin(Optional<Path> file) {
        char[] first = characters(file, console.choose("新的PIN碼: ", "New PIN: "));
        if (file.isPresent()) {
            return pin(first);
        }
        char[] second = characters(file, console.choose("再輸入一次新的PIN碼: ", "New PIN again: "));
        try {
            if (!Arrays.equals(first, second)) {
                Arrays.fill(first, '\0');
                throw new Failure(
                        Problem.PIN_FORMAT,
                        console.choose("兩次輸入的新PIN碼不同", "the two new PINs differ"));
            }
            return pin(first);
        } finally {
            Arrays.fill(second, '\0');
        }
    }

    /// Any secret, the line's or file's characters without its end. The caller wipes it.
    ///
    /// @throws Failure FILE_NOT_USABLE
    char[] characters(Optional<Path> file, String prompt) {
        if (file.isEmpty()) {
            return fromTerminal(prompt);
        }
        try {
            if (file.get().equals(STANDARD_INPUT)) {
                return line(System.in);
            }
            try (InputStream in = Files.newInputStream(file.get())) {
                return line(in);
            }
        } catch (IOException e) {
            throw new Failure(Problem.FILE_NOT_USABLE, file.get() + ": cannot be read", e);
        }
    }

    private static Pin pin(char[] characters) {
        try {
            return Pin.of(characters);
        } catch (IllegalArgumentException e) {
            throw new Failure(Problem.PIN_FORMAT, "", e);
        } finally {
            Arrays.fill(characters, '\0');
        }
    }

    private char[] fromTerminal(String prompt) {
        java.io.Console terminal =
                Optional.ofNullable(System.console())
                        .filter(java.io.Console::isTerminal)
                        .orElseThrow(() ->
                                new Failure(
                                        Problem.FILE_NOT_USABLE,
                                        "no terminal to ask for the PIN; use --pin-file"));
        return Optional.ofNullable(terminal.readPassword("%s", prompt))
                .orElseGet(() -> new char[0]);
    }

    /// One octet at a time: what is read beyond the line would belong to the next secret.
    private static char[] line(InputStream in) throws IOException {
        char[] characters = new char[MAX_OCTETS];
        int length = 0;
        try {
            for (int octet = in.read(); octet >= 0 && octet != '\n'; octet = in.read()) {
                if (length == MAX_OCTETS) {
                    throw new Failure(Problem.PIN_FORMAT, "longer than any secret");
                }
                characters[length++] = (char) octet;
            }
            while (length > 0 && characters[length - 1] <= ' ') {
                length--;
            }
            return Arrays.copyOf(characters, length);
        } finally {
            Arrays.fill(characters, '\0');
        }
    }
}
