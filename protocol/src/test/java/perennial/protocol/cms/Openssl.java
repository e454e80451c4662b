// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cms;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.Decipherer;

/// The openssl of this computer, in a folder of its own; makes the test's keys and certificates.
record Openssl(Path folder) {
    /// @param output both streams
    record Result(int exit, String output) {}

    Result run(String... arguments) {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(Arrays.asList(arguments));
        try {
            Process process =
                    new ProcessBuilder(command)
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .start();
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException("Debian's openssl is needed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    void must(String... arguments) {
        Result result = run(arguments);
        if (result.exit() != 0) {
            throw new AssertionError(Arrays.toString(arguments) + ": " + result.output());
        }
    }

    /// A key and a certificate of its own making: NAME.key and NAME.pem.
    ///
    /// @param kind `rsa:2048`, or `ec` for P-256
    Holder holder(String name, String kind, String usage) {
        List<String> request =
                new ArrayList<>(
                        List.of(
                                "req",
                                "-x509",
                                "-nodes",
                                "-days",
                                "30",
                                "-subj",
                                "/C=TW/CN=" + name));
        request.addAll(List.of("-newkey", kind));
        if (kind.equals("ec")) {
            request.addAll(List.of("-pkeyopt", "ec_paramgen_curve:prime256v1"));
        }
        request.addAll(List.of("-addext", "keyUsage=critical," + usage));
        request.addAll(List.of("-keyout", name + ".key", "-out", name + ".pem"));
        must(request.toArray(String[]::new));
        must(
                "pkcs8",
                "-topk8",
                "-nocrypt",
                "-in",
                name + ".key",
                "-outform",
                "DER",
                "-out",
                name + ".p8");
        must("x509", "-in", name + ".pem", "-outform", "DER", "-out", name + ".der");
        try {
            Certificate certificate =
                    Certificate.ofDer(Files.readAllBytes(folder.resolve(name + ".der")));
            String algorithm = certificate.publicKey().getAlgorithm();
            PrivateKey key =
                    KeyFactory.getInstance(algorithm)
                            .generatePrivate(
                                    new PKCS8EncodedKeySpec(
                                            Files.readAllBytes(folder.resolve(name + ".p8"))));
            return new Holder(certificate, new KeyPair(certificate.publicKey(), key));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A software key that does what a card's does.
    record Holder(Certificate certificate, KeyPair keys) implements Decipherer {
        @Override
        public PublicKey publicKey() {
            return keys.getPublic();
        }

        @Override
        public byte[] decipher(byte[] cryptogram) {
            try {
                if (keys.getPrivate() instanceof RSAPrivateKey rsa) {
                    Cipher cipher = Cipher.getInstance("RSA/ECB/NoPadding");
                    cipher.init(Cipher.DECRYPT_MODE, rsa);
                    return cipher.doFinal(cryptogram);
                }
                KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
                agreement.init(keys.getPrivate());
                PublicKey peer = point(cryptogram);
                agreement.doPhase(peer, true);
                return agreement.generateSecret();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        /// P-256 with another point.
        private PublicKey point(byte[] octets) throws GeneralSecurityException {
            byte[] encoded = keys.getPublic().getEncoded();
            System.arraycopy(octets, 0, encoded, encoded.length - octets.length, octets.length);
            return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(encoded));
        }
    }
}
