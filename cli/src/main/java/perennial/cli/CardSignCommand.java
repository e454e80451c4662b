// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import perennial.agent.tools.FileTools.SignatureForm;
import perennial.core.certificate.Certificate;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `perennial card sign`.
@Command(
        name = "sign",
        mixinStandardHelpOptions = true,
        description = {
            "Signs a file with the card.",
            "CMS (RFC 5652) beside the file, or with the file inside; or the bare signature value",
            "that `openssl dgst -sha256 -verify` takes."
        })
final class CardSignCommand implements Callable<Integer> {
    private final Console console;

    @Mixin private CardFileOptions options = new CardFileOptions();

    @Parameters(paramLabel = "FILE")
    private Path file = Path.of("");

    @ArgGroup private Form form = new Form();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "default: FILE.p7s, FILE.p7m or FILE.sig; never one that is there")
    private Optional<Path> out = Optional.empty();

    @Option(
            names = "--chain",
            paramLabel = "FILE",
            description = "certificates to send along: the issuer's and so on, PEM or DER")
    private Optional<Path> chain = Optional.empty();

    /// One of three.
    static final class Form {
        @Option(names = "--detached", description = "CMS beside the file (the default)")
        private boolean detached;

        @Option(names = "--attached", description = "CMS with the file inside")
        private boolean attached;

        @Option(names = "--pkcs1", description = "the bare signature value, SHA-256")
        private boolean pkcs1;

        SignatureForm chosen() {
            if (pkcs1) {
                return SignatureForm.PKCS1;
            }
            return attached && !detached ? SignatureForm.ATTACHED : SignatureForm.DETACHED;
        }
    }

    CardSignCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        SignatureForm chosen = form.chosen();
        Path to =
                out.orElseGet(() ->
                        CardFileOptions.beside(
                                file,
                                switch (chosen) {
                                    case DETACHED -> ".p7s";
                                    case ATTACHED -> ".p7m";
                                    case PKCS1 -> ".sig";
                                }));
        List<Certificate> issuers = chain.map(PemFiles::read).orElse(List.of());
        int exit =
                options.run(
                        console,
                        (files, presented) -> files.sign(presented, chosen, issuers, file, to));
        if (exit == 0) {
            console.say("%s %s", console.choose("已簽章", "signed"), to);
        }
        return exit;
    }
}
