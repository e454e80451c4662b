// SPDX-License-Identifier: Apache-2.0
package perennial.cli.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.ca.CaSettings;
import perennial.ca.LocalCa;
import perennial.ca.Passphrase;
import perennial.ca.StandardProfiles;
import perennial.ca.audit.AuditKey;
import perennial.ca.audit.AuditLog;
import perennial.ca.audit.AuditSettings;
import perennial.ca.store.AuditHeadStore;
import perennial.ca.store.Database;
import perennial.cli.EmbeddedDatabase;
import perennial.cli.Perennial;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.IssueOutcome;
import perennial.core.authority.ProofOfPossession;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.RevocationReason;
import perennial.core.crypto.KeyKind;

/// An operator's day: backup, more work, a lost database, restore, and an auditor afterwards.
class BackupCommandsTest {
    private static final String PASSPHRASE = "correct horse";

    @TempDir private Path folder;
    private final Clock clock = Clock.systemUTC();
    private final SecureRandom random = new SecureRandom();
    private EmbeddedDatabase database;
    private String url;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @BeforeEach
    void start() throws SQLException, IOException {
        database = EmbeddedDatabase.start(folder.resolve("database"));
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            url = connection.getMetaData().getURL() + "?user=postgres";
            statement.execute("CREATE DATABASE other");
        }
        Files.writeString(folder.resolve("passphrase"), PASSPHRASE + "\n");
    }

    @AfterEach
    void stop() {
        database.close();
    }

    private AuditLog log(Passphrase passphrase) {
        return AuditLog.open(
                new AuditSettings("one", folder.resolve("audit")),
                AuditKey.open(folder.resolve("keys/audit.key"), passphrase, random),
                new AuditHeadStore(new Database(database.dataSource())),
                clock);
    }

    private LocalCa authority(AuditLog log, Passphrase passphrase) {
        return LocalCa.open(
                new CaSettings(
                        folder.resolve("keys"),
                        passphrase,
                        "CN=Root,O=Test,C=TW",
                        "CN=Issuing,O=Test,C=TW",
                        KeyKind.P_256,
                        URI.create("http://localhost:1"),
                        StandardProfiles.all()),
                database.dataSource(),
                log,
                clock,
                random);
    }

    private Certificate issue(LocalCa ca) {
        KeyPairGenerator generator;
        try {
            generator = KeyPairGenerator.getInstance("RSA");
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        IssueOutcome outcome =
                ca.issue(
                        new CertificationRequest(
                                new UUID(1, random.nextLong()),
                                StandardProfiles.HOLDER_SIGNATURE,
                                new X500Principal(
                                        "SERIALNUMBER=%016d,CN=Holder,O=Test,C=TW"
                                                .formatted(new BigInteger(40, random))),
                                generator.generateKeyPair().getPublic(),
                                ProofOfPossession.SIGNATURE,
                                Optional.empty(),
                                Optional.empty()));
        if (outcome instanceof IssueOutcome.Accepted(Certificate certificate)) {
            return certificate;
        }
        throw new AssertionError(outcome);
    }

    private int run(String base, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        if (!base.isEmpty()) {
            all.addAll(
                    List.of(
                            "--database",
                            base,
                            "--password-file",
                            folder.resolve("database.password").toString()));
        }
        out.reset();
        PrintStream both = new PrintStream(out, true, StandardCharsets.UTF_8);
        return Perennial.run(all.toArray(String[]::new), both, both);
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void c11_what_happened_after_the_backup_is_found_by_the_auditor() throws IOException {
        String other = url.replace("/postgres?", "/other?");
        Certificate kept;
        Certificate lost;
        Files.createDirectories(folder.resolve("keys"));
        try (Passphrase passphrase = new Passphrase(PASSPHRASE.toCharArray());
                AuditLog log = log(passphrase);
                LocalCa ca = authority(log, passphrase)) {
            kept = issue(ca);
            assertEquals(
                    0,
                    run(url, "ca", "backup", path("backup.zip"), "--keys", path("keys")),
                    this::said);
            assertEquals(0, run("", "ca", "backup", path("backup.zip"), "--check"), this::said);
            lost = issue(ca);
            ca.revoke(kept.id(), RevocationReason.SUPERSEDED);
        }
        assertEquals(0, run(url, "audit", "verify", path("audit")), this::said);

        String[] restore = {
            "ca",
            "restore",
            path("backup.zip"),
            "--keys",
            path("restored"),
            "--audit",
            path("audit"),
            "--node",
            "one",
            "--key-file",
            path("restored/audit.key"),
            "--passphrase-file",
            path("passphrase")
        };
        assertEquals(0, run(other, restore), this::said);
        assertEquals(1, run(other, restore), "not over what is there");
        assertTrue(said().contains("S12"), this::said);

        assertEquals(1, run(other, "audit", "verify", path("audit")), this::said);
        assertTrue(said().contains("RESTORED"), this::said);
        assertTrue(
                said().lines()
                        .anyMatch(line ->
                                line.contains("CERTIFICATE_LOST")
                                        && line.contains(lost.serialNumber().hex())),
                this::said);
        assertTrue(
                said().lines()
                        .anyMatch(line ->
                                line.contains("REVOCATION_LOST")
                                        && line.contains(kept.serialNumber().hex())),
                this::said);
        assertFalse(said().contains("DATABASE_OLDER"), "an operator has said so");
    }

    @Test
    void an_export_is_taken_to_another_database_and_says_the_same_there() throws IOException {
        String other = url.replace("/postgres?", "/other?");
        Files.createDirectories(folder.resolve("keys"));
        try (Passphrase passphrase = new Passphrase(PASSPHRASE.toCharArray());
                AuditLog log = log(passphrase);
                LocalCa ca = authority(log, passphrase)) {
            issue(ca);
        }
        assertEquals(0, run(url, "ca", "export", path("rows")), this::said);
        String exported = said();

        assertEquals(0, run(other, "ca", "import", path("rows")), this::said);

        assertEquals(exported, said());
        assertTrue(exported.contains("certificate 2 "), exported);
        assertEquals(0, run(other, "audit", "verify", path("audit")), this::said);
        assertEquals(1, run(other, "ca", "import", path("rows")), this::said);
    }
}
