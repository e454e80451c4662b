// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From a ceremony to a running service with two keys under one name, by the commands and with
/// openssl and curl as clients.
class ServedAuthoritiesTest {
    private static final String CEREMONY =
            """
            ceremony: Two keys of one authority
            folder: made
            places:
              files: {folder: keys, passphrase-file: passphrase}
            root:
              name: CN=Test Root CA,O=selftest,C=TW
              key: P-384
              place: files
              key-name: root
              lifetime: P20Y
              path-length: 1
              crl-lifetime: P1Y
            authorities:
              - file: old
                name: CN=Test Issuing CA,O=selftest,C=TW
                key: P-256
                place: files
                key-name: old
                lifetime: P10Y
                policies: [2.5.29.32.0]
                issuer-address: http://localhost:1/certs/root.cer
                crl-address: http://localhost:1/crl/root.crl
              - file: new
                name: CN=Test Issuing CA,O=selftest,C=TW
                key: P-384
                place: files
                key-name: new
                lifetime: P10Y
                policies: [2.5.29.32.0]
                issuer-address: http://localhost:1/certs/root.cer
                crl-address: http://localhost:1/crl/root.crl
            """;

    private static final String SETTINGS =
            """
            database: {folder: database}
            public-base: http://localhost:1
            http: {host: 127.0.0.1, port: 0}
            places:
              files: {folder: keys, passphrase-file: passphrase}
            services: {folder: services, passphrase-file: passphrase, key: P-256}
            audit: {node: one, folder: audit}
            authorities:
              - name: old
                place: files
                key-name: old
                certificate: made/old.cer
                root: made/root.cer
                profiles: [software, ocsp-responder, registration-authority, cmp-responder]
                crl: {partitions: 4, life: P1D, delta-life: PT1H}
                cmp: [software]
              - name: new
                place: files
                key-name: new
                certificate: made/new.cer
                root: made/root.cer
                profiles: [software, ocsp-responder, registration-authority, cmp-responder]
                crl: {partitions: 4, life: P1D}
                cmp: [software]
            """;

    @TempDir Path folder;

    @BeforeEach
    void holdTheCeremony() throws Exception {
        Files.createFile(
                folder.resolve("passphrase"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(folder.resolve("passphrase"), "correct horse\n");
        Files.writeString(folder.resolve("ceremony.yaml"), CEREMONY);
        Files.writeString(folder.resolve("settings.yaml"), SETTINGS);
        try (LauncherProcess ceremony = launcher("ca", "ceremony", file("ceremony.yaml"))) {
            assertEquals(0, ceremony.exitCode(), ceremony.output());
        }
    }

    private LauncherProcess launcher(String... arguments) {
        return LauncherProcess.start(Map.of(), arguments);
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private String bash(String script) throws Exception {
        return Shell.run(folder, "bash", "-c", "set -euo pipefail\n" + script);
    }

    private void issue(String authority, String name) throws Exception {
        bash(
                """
                openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \\
                  -keyout %1$s.key -subj /C=TW/CN=%1$s -out %1$s.csr
                """
                        .formatted(name));
        try (LauncherProcess issue =
                launcher(
                        "ca",
                        "issue",
                        "--settings",
                        file("settings.yaml"),
                        "--authority",
                        authority,
                        "--lifetime",
                        "P20D",
                        "--csr",
                        file(name + ".csr"),
                        "--out",
                        file(name + ".pem"))) {
            assertEquals(0, issue.exitCode(), issue.output());
        }
    }

    @Test
    void two_keys_of_one_name_issue_and_tell_status_behind_one_set_of_doors() throws Exception {
        try (LauncherProcess service = launcher("ca", "serve", file("settings.yaml"))) {
            String base = service.await(Pattern.compile("authority (http://\\S+)"));
            issue("old", "holder");

            String status =
                    bash(
                            """
                            openssl x509 -inform DER -in made/old.cer -out old.pem 2> /dev/null || cp made/old.cer old.pem
                            openssl x509 -inform DER -in made/new.cer -out new.pem 2> /dev/null || cp made/new.cer new.pem
                            openssl x509 -inform DER -in made/root.cer -out root.pem 2> /dev/null || cp made/root.cer root.pem
                            openssl verify -x509_strict -CAfile root.pem -untrusted old.pem holder.pem
                            openssl ocsp -issuer old.pem -cert holder.pem -url %1$s/ocsp -CAfile root.pem -VAfile old.pem 2>&1 || true
                            curl -fsS %1$s/crl/old.crl | openssl crl -inform DER -noout -CAfile old.pem 2>&1
                            curl -fsS %1$s/crl/new.crl | openssl crl -inform DER -noout -CAfile new.pem 2>&1
                            curl -fsS %1$s/health/ready; echo
                            curl -fsS %1$s/metrics | grep -c '^perennial_'
                            """
                                    .formatted(base));
            assertTrue(status.contains("holder.pem: OK"), status);
            assertTrue(status.contains("holder.pem: good"), status);
            assertEquals(
                    2, Pattern.compile("(?m)^verify OK").matcher(status).results().count(), status);

            String renewed =
                    bash(
                            """
                            openssl cmp -cmd kur -server %s -path cmp/old -cert holder.pem -key holder.key \\
                              -oldcert holder.pem -newkey holder.key -certout renewed.pem \\
                              -untrusted old.pem -trusted root.pem -unprotected_errors 2>&1
                            openssl verify -CAfile root.pem -untrusted old.pem renewed.pem
                            """
                                    .formatted(base.replace("http://", "")));
            assertTrue(renewed.contains("renewed.pem: OK"), renewed);
        }
        try (LauncherProcess audit = launcher("audit", "verify", file("audit"))) {
            assertEquals(0, audit.exitCode(), audit.output());
        }
    }
}
