// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import perennial.agent.tools.CardTools;
import perennial.agent.tools.FileTools;
import perennial.agent.tools.PinPolicy;
import perennial.card.CardException;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.KeyUsage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `perennial card encrypt`.
@Command(
        name = "encrypt",
        mixinStandardHelpOptions = true,
        description =
                "Enciphers a file for the holder of a certificate (CMS, RFC 5652); no card needed.")
final class CardEncryptCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "FILE")
    private Path file = Path.of("");

    @Option(
            names = "--for",
            paramLabel = "CERTIFICATE",
            required = true,
            description = "the recipient's encryption certificate, PEM or DER")
    private Path recipient = Path.of("");

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "default: FILE.p7e; never one that is there")
    private Optional<Path> out = Optional.empty();

    CardEncryptCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Certificate certificate =
                PemFiles.read(recipient).stream()
                        .filter(CardEncryptCommand::enciphers)
                        .findFirst()
                        .orElseThrow(() ->
                                new Failure(
                                        Problem.KEY_NOT_ALLOWED,
                                        recipient + " holds no encryption certificate"));
        CardTools noCard =
                new CardTools(
                        reader -> {
                            throw new CardException(Problem.NO_CARD, reader);
                        },
                        PinPolicy.STANDARD,
                        Clock.systemUTC());
        Path to = out.orElseGet(() -> CardFileOptions.beside(file, ".p7e"));
        new FileTools(noCard, Clock.systemUTC(), new SecureRandom())
                .encipher(certificate, file, to);
        console.say("%s %s", console.choose("已加密", "encrypted"), to);
        return 0;
    }

    private static boolean enciphers(Certificate certificate) {
        List<KeyUsage> wanted = List.of(KeyUsage.KEY_ENCIPHERMENT, KeyUsage.KEY_AGREEMENT);
        return certificate.keyUsages().isEmpty()
                || certificate.keyUsages().stream().anyMatch(wanted::contains);
    }
}
