// SPDX-License-Identifier: Apache-2.0
package perennial.ca.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import perennial.ca.CaException;
import perennial.ca.audit.AuditFinding.Kind;
import perennial.ca.store.AuditHeadStore;
import perennial.ca.store.AuditedRows;
import perennial.ca.store.Database;
import perennial.core.advice.Problem;

/// Verifies audit logs, without the authority and, if need be, without its database. Without the
/// database a log that was shortened at its end cannot be told from a whole one.
public final class AuditVerification {
    private final Path place;
    private final Optional<String> fingerprint;
    private final Optional<DataSource> database;
    private final List<AuditFinding> findings = new ArrayList<>();
    private final List<AuditReport.Chain> chains = new ArrayList<>();

    /// @param place a folder of logs, or one file; a file is not compared with the database's rows
    /// @param fingerprint of the key that must have signed; otherwise the folder's and the
    ///   database's word is taken
    public AuditVerification(
            Path place, Optional<String> fingerprint, Optional<DataSource> database) {
        this.place = place;
        this.fingerprint = fingerprint;
        this.database = database;
    }

    /// @throws CaException FILE_NOT_USABLE, DATABASE_UNAVAILABLE
    public AuditReport verify() {
        boolean whole = Files.isDirectory(place);
        // First the heads, then the records, then the rows: what is written meanwhile is never
        // missing where it is looked for.
        Optional<List<AuditHead>> heads =
                database.map(source -> new AuditHeadStore(new Database(source)).all());
        RecordedCertificates recorded = new RecordedCertificates();
        try {
            if (whole) {
                folder(new LogFolder(place), heads, recorded);
            } else {
                file(recorded);
            }
        } catch (IOException e) {
            throw new CaException(Problem.FILE_NOT_USABLE, place + " cannot be read", e);
        }
        if (whole) {
            database.ifPresent(source ->
                    recorded.compare(new AuditedRows(new Database(source)), findings::add));
        }
        return new AuditReport(chains, findings);
    }

    private void folder(
            LogFolder folder, Optional<List<AuditHead>> heads, RecordedCertificates recorded)
            throws IOException {
        Set<String> nodes = new HashSet<>(folder.nodes());
        for (AuditHead head : heads.orElse(List.of())) {
            if (!nodes.contains(head.node())) {
                found(Kind.LOG_MISSING, head.node(), "1 … " + head.sequence());
            }
        }
        for (String node : folder.nodes()) {
            Optional<AuditPublicKey> key = key(folder, node);
            Optional<AuditHead> known = heads.flatMap(all -> head(all, node));
            if (known.isPresent() && key.isPresent() && !known.get().key().equals(key.get())) {
                found(Kind.KEY_DIFFERS, node, known.get().key().fingerprint());
            }
            if (key.isPresent()) {
                verify(
                        node,
                        key.get(),
                        heads.map(
                                _ -> known.orElse(new AuditHead(node, key.get(), 0, new byte[32]))),
                        folder.segments(node),
                        recorded);
            }
        }
    }

    private static Optional<AuditHead> head(List<AuditHead> heads, String node) {
        return heads.stream().filter(head -> head.node().equals(node)).findFirst();
    }

    private void file(RecordedCertificates recorded) throws IOException {
        LogFolder.Segment segment =
                LogFolder.segment(place)
                        .orElseThrow(() ->
                                new CaException(
                                        Problem.FILE_NOT_USABLE,
                                        place + " is not named like an audit log"));
        LogFolder folder = new LogFolder(place.toAbsolutePath().resolveSibling("."));
        Optional<AuditPublicKey> key = key(folder, segment.node());
        if (key.isPresent()) {
            ChainVerification chain =
                    new ChainVerification(
                            new AuditHead(segment.node(), key.get(), 0, new byte[32]),
                            Optional.empty(),
                            findings::add,
                            recorded::read);
            chains.add(chain.verify(List.of(segment), false));
        }
    }

    private void verify(
            String node,
            AuditPublicKey key,
            Optional<AuditHead> known,
            List<LogFolder.Segment> segments,
            RecordedCertificates recorded)
            throws IOException {
        chains.add(
                new ChainVerification(
                                new AuditHead(node, key, 0, new byte[32]),
                                known,
                                findings::add,
                                recorded::read)
                        .verify(segments, true));
    }

    private Optional<AuditPublicKey> key(LogFolder folder, String node) throws IOException {
        Path file = folder.publicKey(node);
        if (!Files.exists(file)) {
            found(Kind.KEY_MISSING, node, String.valueOf(file.getFileName()));
            return Optional.empty();
        }
        AuditPublicKey key =
                AuditPublicKey.ofPem(Files.readString(file, StandardCharsets.US_ASCII));
        if (fingerprint.isPresent() && !fingerprint.get().equalsIgnoreCase(key.fingerprint())) {
            found(Kind.KEY_DIFFERS, node, key.fingerprint());
        }
        return Optional.of(key);
    }

    private void found(Kind kind, String node, String detail) {
        findings.add(new AuditFinding(kind, node, 0, detail));
    }
}
