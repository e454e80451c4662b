// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;

/// Certificates in files (RFC 7468).
public final class PemFiles {
    private static final long MAX_OCTETS = 1L << 20;

    private PemFiles() {}

    public static String encode(Certificate certificate) {
        String base64 =
                Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.der());
        return "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n";
    }

    /// Writes all of them into one file, whole or not at all.
    public static void write(Path file, List<Certificate> certificates) {
        StringBuilder text = new StringBuilder();
        certificates.forEach(certificate -> text.append(encode(certificate)));
        try {
            Path part = file.resolveSibling(file.getFileName() + ".part");
            Files.writeString(part, text);
            Files.move(
                    part,
                    file,
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new Failure(Problem.FILE_NOT_USABLE, file + ": " + e.getMessage(), e);
        }
    }

    /// Reads a small file.
    ///
    /// @throws Failure FILE_NOT_USABLE
    public static byte[] octets(Path file) {
        try {
            if (Files.size(file) > MAX_OCTETS) {
                throw new Failure(Problem.FILE_NOT_USABLE, file + " is larger than 1 MiB");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new Failure(Problem.FILE_NOT_USABLE, file + ": cannot be read", e);
        }
    }

    /// Reads one or more certificates, PEM or DER.
    public static List<Certificate> read(Path file) {
        try {
            List<Certificate> certificates = new ArrayList<>();
            var factory = CertificateFactory.getInstance("X.509");
            for (var read : factory.generateCertificates(new ByteArrayInputStream(octets(file)))) {
                certificates.add(Certificate.ofDer(read.getEncoded()));
            }
            if (certificates.isEmpty()) {
                throw new Failure(Problem.FILE_NOT_USABLE, file + " holds no certificate");
            }
            return certificates;
        } catch (CertificateException | IllegalArgumentException e) {
            throw new Failure(Problem.FILE_NOT_USABLE, file + " holds no certificate", e);
        }
    }
}
