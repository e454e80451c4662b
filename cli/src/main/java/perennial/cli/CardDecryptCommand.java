// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `perennial card decrypt`.
@Command(
        name = "decrypt",
        mixinStandardHelpOptions = true,
        description = {
            "Deciphers a CMS file (RFC 5652) with the card.",
            "A file for the certificate before the last renewal is read too, if the key is the"
                    + " same."
        })
final class CardDecryptCommand implements Callable<Integer> {
    private final Console console;

    @Mixin private CardFileOptions options = new CardFileOptions();

    @Parameters(paramLabel = "FILE")
    private Path file = Path.of("");

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "default: FILE without .p7e, else FILE.plain; never one that is there")
    private Optional<Path> out = Optional.empty();

    CardDecryptCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Path to = out.orElseGet(this::standard);
        int exit = options.run(console, (files, presented) -> files.decipher(presented, file, to));
        if (exit == 0) {
            console.say("%s %s", console.choose("已解密", "decrypted"), to);
        }
        return exit;
    }

    private Path standard() {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(".p7e") && name.length() > 4
                ? file.resolveSibling(name.substring(0, name.length() - 4))
                : CardFileOptions.beside(file, ".plain");
    }
}
