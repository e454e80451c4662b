// SPDX-License-Identifier: Apache-2.0
package perennial.cli.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import perennial.ca.Passphrase;
import perennial.cli.Failure;
import perennial.core.advice.Problem;
import picocli.CommandLine.Option;

/// The key files' passphrase, from a file that only its owner reads.
public final class PassphraseOption {
    @Option(
            names = "--passphrase-file",
            required = true,
            paramLabel = "FILE",
            description = "file with the passphrase of the key files, in its first line")
    private Path file = Path.of("");

    /// The caller closes it.
    public Passphrase read() {
        byte[] octets;
        try {
            octets = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new Failure(Problem.FILE_NOT_USABLE, file + " cannot be read", e);
        }
        CharBuffer chars = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(octets));
        char[] line = new char[chars.remaining()];
        chars.get(line);
        int end = 0;
        while (end < line.length && line[end] != '\n' && line[end] != '\r') {
            end++;
        }
        char[] secret = Arrays.copyOf(line, end);
        try {
            return new Passphrase(secret);
        } catch (IllegalArgumentException e) {
            throw new Failure(Problem.CONFIGURATION_INVALID, String.valueOf(e.getMessage()), e);
        } finally {
            Arrays.fill(octets, (byte) 0);
            Arrays.fill(chars.array(), '\0');
            Arrays.fill(line, '\0');
            Arrays.fill(secret, '\0');
        }
    }
}
