// SPDX-License-Identifier: Apache-2.0
package perennial.cli.sweep;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import perennial.cli.Failure;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;

/// Other people's software looks at the same card: OpenSC's tools have to find the renewed
/// certificate and sign with its key, the JDK's SunPKCS11 has to find both.
final class Agreement {
    /// OpenSC's number for the signature slot of a PIV card.
    private static final String SIGNATURE_ID = "02";

    private static final String MODULE = "opensc-pkcs11.so";

    /// Where systems keep libraries: Debian's folders by architecture, then everybody's.
    private static final List<Path> FOLDERS =
            List.of(
                    Path.of("/usr/lib/x86_64-linux-gnu"),
                    Path.of("/usr/lib/aarch64-linux-gnu"),
                    Path.of("/usr/lib64"),
                    Path.of("/usr/lib"),
                    Path.of("/usr/local/lib"));

    private static final String PIN = "PERENNIAL_SWEEP_PIN";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private final String module;

    /// @param folder for files that the tools want
    Agreement(Path folder) {
        this.folder = folder;
        this.module =
                FOLDERS.stream()
                        .map(place -> place.resolve(MODULE))
                        .filter(Files::exists)
                        .findFirst()
                        .orElseThrow(() ->
                                new Failure(
                                        Problem.TOKEN_LIBRARY_FAILED,
                                        "OpenSC's module is not installed: " + MODULE))
                        .toString();
    }

    /// What they see otherwise than we do; empty when all agree.
    List<String> complaints(SweptToken token, Certificate signature) {
        List<String> complaints = new ArrayList<>();
        try {
            pkcs15(signature, complaints);
            pkcs11(token, signature, complaints);
            sunPkcs11(token, signature, complaints);
        } catch (IOException | GeneralSecurityException e) {
            complaints.add("the others cannot be asked: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return complaints;
    }

    private void pkcs15(Certificate signature, List<String> complaints)
            throws IOException, InterruptedException, GeneralSecurityException {
        byte[] pem = output(List.of("pkcs15-tool", "--read-certificate", SIGNATURE_ID), "");
        X509Certificate seen =
                (X509Certificate)
                        CertificateFactory.getInstance("X.509")
                                .generateCertificate(new ByteArrayInputStream(pem));
        if (!Arrays.equals(seen.getEncoded(), signature.der())) {
            complaints.add("pkcs15-tool reads another certificate");
        }
    }

    private void pkcs11(SweptToken token, Certificate signature, List<String> complaints)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path message = folder.resolve("agreement.message");
        Path made = folder.resolve("agreement.signature");
        Files.writeString(message, "agreement");
        Files.deleteIfExists(made);
        byte[] _ =
                output(
                        List.of(
                                "pkcs11-tool",
                                "--module",
                                module,
                                "--login",
                                "--pin",
                                "env:" + PIN,
                                "--sign",
                                "--mechanism",
                                "ECDSA-SHA256",
                                "--signature-format",
                                "openssl",
                                "--id",
                                SIGNATURE_ID,
                                "--input-file",
                                message.toString(),
                                "--output-file",
                                made.toString()),
                        new String(token.pin()));
        Signature verifier = Signature.getInstance("SHA256withECDSA");
        verifier.initVerify(signature.publicKey());
        verifier.update(Files.readAllBytes(message));
        if (!Files.exists(made) || !verifier.verify(Files.readAllBytes(made))) {
            complaints.add("pkcs11-tool does not sign for the new certificate");
        }
    }

    private void sunPkcs11(SweptToken token, Certificate signature, List<String> complaints)
            throws IOException, InterruptedException {
        byte[] answer =
                output(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                SunPkcs11Look.class.getName(),
                                signature.serialNumber().hex(),
                                module),
                        new String(token.pin()));
        String line = new String(answer, StandardCharsets.UTF_8).strip();
        if (!line.endsWith(SunPkcs11Look.AGREES)) {
            complaints.add("SunPKCS11: " + line);
        }
    }

    private static byte[] output(List<String> command, String pin)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put(PIN, pin);
        Process process = builder.start();
        process.getOutputStream().close();
        byte[] output = process.getInputStream().readAllBytes();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return output;
    }

    /// The PIN of a throw-away card, as the environment gives it to a child of this class.
    static char[] pinOfEnvironment() {
        return System.getenv(PIN).toCharArray();
    }
}
