// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import perennial.core.crypto.KeyKind;

/// A CRL of many entries, built by a process with little memory, accepted by openssl. `-Dcrl.rows`
/// and `-Dcrl.heap` set other numbers: a million in 128 MB is what we promise.
class LongCrlTest {
    private static final int ROWS = Integer.getInteger("crl.rows", 100_000);
    private static final String HEAP = System.getProperty("crl.heap", "40m");

    @TempDir Path folder;

    @Test
    void c8_c10_after_a_mass_revocation_the_crl_is_built_in_little_memory() throws Exception {
        PGSimpleDataSource database = (PGSimpleDataSource) TestDatabase.fresh();
        LocalCa ca =
                LocalCa.open(
                        Authorities.settings(
                                folder.resolve("ca"),
                                KeyKind.P_256,
                                URI.create("http://localhost:1")),
                        database,
                        Clock.systemUTC(),
                        new SecureRandom());
        revoke(database);

        String output =
                run(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + HEAP,
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrlProgram.class.getName(),
                        Integer.toString(database.getPortNumbers()[0]),
                        String.valueOf(database.getDatabaseName()),
                        folder.resolve("ca").toString());
        System.out.printf("CRL of %d entries, heap %s: %s%n", ROWS, HEAP, output);

        Pem.write(folder.resolve("chain.pem"), ca.chain());
        assertEquals(Integer.toString(ROWS), entries());
        assertTrue(
                run(
                                "openssl",
                                "crl",
                                "-inform",
                                "DER",
                                "-in",
                                "ca/crl/issuing.crl",
                                "-noout",
                                "-CAfile",
                                "chain.pem")
                        .contains("verify OK"));
    }

    private static void revoke(PGSimpleDataSource database) {
        Rows.execute(
                database,
                """
                INSERT INTO ca.issuance_intent (serial_number, authority_id, transaction_id,
                    request_digest, profile, tbs, intended_at)
                SELECT '\\x01'::bytea || decode(md5(i::text), 'hex'), 1, md5(i::text)::uuid, '\\x00',
                    'software', '\\x00', now()
                FROM generate_series(1, %d) AS i
                """
                        .formatted(ROWS));
        Rows.execute(
                database,
                """
                INSERT INTO ca.certificate_status (serial_number, authority_id, crl_partition,
                    not_after, issued_at, revocation_time, revocation_reason, status_changed_at)
                SELECT serial_number, 1, 0, now() + interval '3 years', now(), now(), 4, now()
                FROM ca.issuance_intent WHERE tbs = '\\x00'
                """);
        // As the server does by itself a minute later.
        Rows.execute(database, "ANALYZE ca.certificate_status");
    }

    private String entries() throws Exception {
        Process process =
                new ProcessBuilder(
                                "openssl",
                                "crl",
                                "-inform",
                                "DER",
                                "-in",
                                "ca/crl/issuing.crl",
                                "-noout",
                                "-text")
                        .directory(folder.toFile())
                        .start();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            return Long.toString(
                    lines.lines().filter(line -> line.contains("Serial Number:")).count());
        }
    }

    private String run(String... command) throws Exception {
        Process process =
                new ProcessBuilder(List.of(command))
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), text);
        return text;
    }
}
