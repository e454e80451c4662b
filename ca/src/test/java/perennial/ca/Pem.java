// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import perennial.core.certificate.Certificate;

/// Files as other programs read them.
final class Pem {
    private Pem() {}

    /// Writes certificates one after the other.
    static void write(Path file, List<Certificate> certificates) throws IOException {
        Files.writeString(
                file,
                certificates.stream()
                        .map(certificate -> text("CERTIFICATE", certificate.der()))
                        .collect(Collectors.joining()));
    }

    static String text(String type, byte[] der) {
        return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
                .formatted(
                        type,
                        Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der),
                        type);
    }
}
