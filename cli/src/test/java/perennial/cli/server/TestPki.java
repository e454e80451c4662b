// SPDX-License-Identifier: Apache-2.0
package perennial.cli.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import perennial.core.certificate.Certificate;

/// Certificates made by openssl in a folder: `NAME.pem`, `NAME.key`, and `NAME.p12` under the word
/// `passphrase`.
final class TestPki {
    private final Path folder;

    /// Makes the authority `ca`.
    TestPki(Path folder) {
        this.folder = folder;
        run(
                "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30"
                        + " -subj /CN=Test-CA -keyout ca.key -out ca.pem");
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    Certificate authority() {
        return certificate("ca");
    }

    Certificate certificate(String name) {
        String pem = read(file(name + ".pem"));
        String base64 =
                pem.substring(pem.indexOf("-----BEGIN CERTIFICATE-----") + 27)
                        .split("-----END", 2)[0];
        return Certificate.ofDer(java.util.Base64.getMimeDecoder().decode(base64));
    }

    /// Issues a certificate.
    ///
    /// @param extensions lines of an openssl section
    void issue(String name, String... extensions) {
        try {
            Files.writeString(file(name + ".ext"), String.join("\n", extensions) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        run(
                "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=%s"
                                .formatted(name)
                        + " -keyout %1$s.key -out %1$s.csr".formatted(name));
        run(
                "openssl x509 -req -in %1$s.csr -CA ca.pem -CAkey ca.key -days 20 -extfile %1$s.ext -out %1$s.pem"
                        .formatted(name));
        run(
                "openssl pkcs12 -export -inkey %1$s.key -in %1$s.pem -certfile ca.pem -passout pass:passphrase -out %1$s.p12"
                        .formatted(name));
    }

    /// Runs a program in the folder, with nothing to read.
    ///
    /// @param command its words, with one space between two
    /// @return exit code and everything it wrote
    Output run(String command) {
        return run(command.split(" ", -1));
    }

    Output run(String... words) {
        try {
            Process process =
                    new ProcessBuilder(words)
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .start();
            process.getOutputStream().close();
            String text =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Output(process.waitFor(), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    record Output(int code, String text) {}

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
