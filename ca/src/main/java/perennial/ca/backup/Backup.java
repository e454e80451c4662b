// SPDX-License-Identifier: Apache-2.0
package perennial.ca.backup;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import javax.sql.DataSource;
import perennial.ca.CaException;
import perennial.ca.keys.SecretFile;
import perennial.core.advice.Problem;

/// One file with all that an authority is: the rows of its tables (the audit logs' heads among
/// them) of one moment, and its key files, which are encrypted as they lie in their folder. The
/// last entry is the manifest: SHA-256 of each of the others.
public final class Backup {
    private static final String ROWS = "rows.jsonl";
    private static final String KEYS = "keys/";
    private static final String MANIFEST = "manifest.json";
    private static final int MAX_MANIFEST = 1 << 20;

    /// More CRLs than are issued between two backups; see [DatabaseImport#read].
    private static final long CRL_NUMBERS = 1_000_000;

    private final DataSource database;
    private final Path keys;

    /// @param keys the folder of the key files
    public Backup(DataSource database, Path keys) {
        this.database = database;
        this.keys = keys;
    }

    /// What a backup is of.
    ///
    /// @param takenAt before the first row was read
    /// @param sha256 of the manifest, and so of everything; lower-case hexadecimal
    public record Manifest(Instant takenAt, Map<String, String> entries, String sha256) {
        public Manifest {
            entries = Map.copyOf(entries);
        }

        public byte[] digest() {
            return HexFormat.of().parseHex(sha256);
        }
    }

    /// Writes a backup while the authority goes on. The file appears whole or not at all.
    ///
    /// @throws CaException NOT_EMPTY when the file exists; FILE_NOT_USABLE, DATABASE_UNAVAILABLE
    public Manifest write(Path file, Clock clock) {
        if (Files.exists(file)) {
            throw new CaException(Problem.NOT_EMPTY, file + " exists");
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new CaException(Problem.FILE_NOT_USABLE, file + " is in no folder");
        }
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            SecretFile.write(part, new byte[0]);
            Manifest manifest;
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part));
                    ZipOutputStream zip = new ZipOutputStream(out)) {
                manifest = write(zip, clock.instant());
            }
            SecretFile.appear(part, file, folder);
            return manifest;
        } catch (IOException e) {
            throw new CaException(Problem.FILE_NOT_USABLE, file + " cannot be written", e);
        } finally {
            delete(part);
        }
    }

    private static void delete(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            System.getLogger(Backup.class.getName())
                    .log(System.Logger.Level.WARNING, part + " stays behind", e);
        }
    }

    private Manifest write(ZipOutputStream zip, Instant takenAt) throws IOException {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put(ROWS, entry(zip, ROWS, out -> new DatabaseExport(database).write(out)));
        try (Stream<Path> files = Files.list(keys)) {
            for (Path file : files.filter(Backup::isKeyFile).sorted().toList()) {
                String name = KEYS + file.getFileName();
                entries.put(name, entry(zip, name, out -> Files.copy(file, out)));
            }
        }
        Map<String, String> members = new LinkedHashMap<>();
        members.put("format", "1");
        members.put("taken", takenAt.toString());
        members.putAll(entries);
        String text = JsonLines.object(members);
        String digest =
                entry(zip, MANIFEST, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
        return new Manifest(takenAt, entries, digest);
    }

    /// Not what was being written when a process died, nor what belongs to a running one.
    private static boolean isKeyFile(Path file) {
        String name = String.valueOf(file.getFileName());
        return Files.isRegularFile(file) && !name.endsWith(".new") && !name.endsWith(".lock");
    }

    private interface Content {
        void write(OutputStream out) throws IOException;
    }

    private static String entry(ZipOutputStream zip, String name, Content content)
            throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        MessageDigest digest = DatabaseExport.sha256();
        content.write(new DigestOutputStream(new Unclosed(zip), digest));
        zip.closeEntry();
        return HexFormat.of().formatHex(digest.digest());
    }

    /// An entry's end is not the file's.
    private static final class Unclosed extends FilterOutputStream {
        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] octets, int from, int length) throws IOException {
            out.write(octets, from, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }

    /// Looks at every octet of a backup.
    ///
    /// @throws CaException BACKUP_INVALID, FILE_NOT_USABLE
    public static Manifest verify(Path file) {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            return verify(zip);
        } catch (IOException e) {
            throw new CaException(Problem.BACKUP_INVALID, file + " cannot be read", e);
        }
    }

    private static Manifest verify(ZipFile zip) throws IOException {
        byte[] text = manifest(zip);
        Map<String, String> members = JsonLines.object(new String(text, StandardCharsets.UTF_8));
        require("1".equals(members.remove("format")), "the format is another version's");
        Instant takenAt;
        try {
            takenAt = Instant.parse(members.getOrDefault("taken", ""));
        } catch (DateTimeException e) {
            throw new CaException(Problem.BACKUP_INVALID, "no time in the manifest", e);
        }
        members.remove("taken");
        require(zip.size() == members.size() + 1, "entries that the manifest does not name");
        require(members.containsKey(ROWS), "no rows");
        for (Map.Entry<String, String> member : members.entrySet()) {
            require(
                    member.getValue().equals(digest(zip, member.getKey())),
                    member.getKey() + " differs from the manifest");
        }
        return new Manifest(
                takenAt, members, HexFormat.of().formatHex(DatabaseExport.sha256().digest(text)));
    }

    /// Puts a backup back: all of it is verified first, then the rows are written and compared in
    /// one transaction, then the key files are written. CRL numbers go on above all that can have
    /// been used since.
    ///
    /// @throws CaException NOT_EMPTY unless database and folder are empty; BACKUP_INVALID,
    ///   FILE_NOT_USABLE, DATABASE_UNAVAILABLE
    public Manifest restore(Path file) {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            Manifest manifest = verify(zip);
            requireEmptyFolder();
            try (InputStream rows = content(zip, ROWS)) {
                new DatabaseImport(database).read(rows, CRL_NUMBERS);
            }
            for (String name : manifest.entries().keySet()) {
                if (name.startsWith(KEYS)) {
                    restoreKey(zip, name);
                }
            }
            return manifest;
        } catch (IOException e) {
            throw new CaException(Problem.BACKUP_INVALID, file + " cannot be read", e);
        }
    }

    private void restoreKey(ZipFile zip, String name) throws IOException {
        Path target = keys.resolve(name.substring(KEYS.length())).normalize();
        require(keys.normalize().equals(target.getParent()), name + " is in another folder");
        try (InputStream in = content(zip, name)) {
            SecretFile.write(target, in.readAllBytes());
        }
    }

    private void requireEmptyFolder() throws IOException {
        SecretFile.makeFolder(keys);
        try (Stream<Path> files = Files.list(keys)) {
            if (files.findAny().isPresent()) {
                throw new CaException(Problem.NOT_EMPTY, keys + " has files");
            }
        }
    }

    private static InputStream content(ZipFile zip, String name) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw new CaException(Problem.BACKUP_INVALID, name + " is missing");
        }
        return zip.getInputStream(entry);
    }

    private static byte[] manifest(ZipFile zip) throws IOException {
        try (InputStream in = content(zip, MANIFEST)) {
            return in.readNBytes(MAX_MANIFEST);
        }
    }

    private static String digest(ZipFile zip, String name) throws IOException {
        MessageDigest digest = DatabaseExport.sha256();
        try (InputStream in = content(zip, name);
                OutputStream out =
                        new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            in.transferTo(out);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new CaException(Problem.BACKUP_INVALID, otherwise);
        }
    }
}
