// SPDX-License-Identifier: Apache-2.0
package perennial.ca.crl;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import perennial.ca.AuthoritySettings;
import perennial.ca.CaException;
import perennial.ca.CrlHealth;
import perennial.ca.CrlPolicy;
import perennial.ca.issue.IssuingKey;
import perennial.ca.profile.CrlPartition;
import perennial.ca.store.CrlStore;
import perennial.ca.store.CrlStore.Published;
import perennial.ca.store.CrlStore.Series;
import perennial.ca.store.RevokedRows;
import perennial.core.advice.Problem;

/// Publishes the CRLs of one authority (RFC 5280 5): for all nodes in the database, on this one in
/// a folder, from which they are served also while the database is away. Whoever finds that one is
/// due builds it; the others go on with the one before, which is valid for as long again.
///
/// Safe for use by many threads.
public final class CrlPublisher {
    private static final System.Logger LOG = System.getLogger(CrlPublisher.class.getName());

    /// Two clocks may differ by so much without each finding the other's CRL to be of tomorrow.
    private static final Duration SKEW = CrlBuilder.MARGIN;

    private final AuthoritySettings settings;
    private final CrlBuilder builder;
    private final CrlStore crls;
    private final RevokedRows rows;
    private final Path folder;
    private final Clock clock;
    private final Map<Series, CrlFile> local = new ConcurrentHashMap<>();
    private final Map<Series, ReentrantLock> building = new ConcurrentHashMap<>();

    /// @param folder where the files are; made when absent
    /// @throws CaException FILE_NOT_USABLE or DATABASE_UNAVAILABLE
    public CrlPublisher(
            IssuingKey key,
            AuthoritySettings settings,
            CrlStore crls,
            RevokedRows rows,
            Path folder,
            Clock clock) {
        this.settings = settings;
        this.crls = crls;
        this.rows = rows;
        this.folder = folder;
        this.clock = clock;
        this.builder =
                new CrlBuilder(
                        new CrlWriter(key, folder),
                        new CrlExtensions(key.certificate(), settings),
                        settings.crl(),
                        new CrlBuilder.Stores(crls, rows),
                        clock,
                        UUID.randomUUID());
        prepareFolder();
        crls.register(CrlPartition.COMPLETE.code());
        int partitions = settings.crl().partitions();
        for (int partition = 0; partitions > 1 && partition < partitions; partition++) {
            crls.register(CrlPartition.of(partition, partitions).code());
        }
    }

    /// The complete CRL, DER.
    ///
    /// @throws CaException when there is none that is valid and none can be made now
    public byte[] der() {
        CrlFile crl =
                current(CrlPartition.COMPLETE, false)
                        .orElseThrow(() ->
                                new CaException(
                                        Problem.DATABASE_UNAVAILABLE,
                                        "another node is building the first CRL"));
        try {
            return Files.readAllBytes(crl.file());
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /// The newest CRL of a partition; built now if it is due and nobody else is at it.
    ///
    /// @return empty when there is no such CRL, or none yet
    /// @throws CaException when there is none that is valid and none can be made now
    public Optional<CrlFile> current(CrlPartition partition, boolean delta) {
        Series series = new Series(partition.code(), delta);
        if (delta && settings.crl().deltaLife().isEmpty()) {
            return Optional.empty();
        }
        try {
            if (!crls.partitions().contains(partition.code())) {
                return Optional.empty();
            }
            Optional<Published> newest = newest(series);
            if (newest.isEmpty() || isDue(series, newest.get())) {
                newest = renewed(series, newest);
            }
            return newest.isEmpty() ? Optional.empty() : Optional.of(fetched(series, newest.get()));
        } catch (CaException e) {
            // The one that is here is good until its end; relying parties must not notice.
            CrlFile kept = local.get(series);
            if (kept != null && clock.instant().isBefore(kept.nextUpdate())) {
                LOG.log(System.Logger.Level.WARNING, name(series) + " cannot be renewed now", e);
                return Optional.of(kept);
            }
            throw e;
        }
    }

    /// Builds everything that is due. To be called every minute or so, by every node; then nobody
    /// who asks for a CRL waits for it.
    ///
    /// @throws CaException as of [#current], after all have been tried
    public void publishDue() {
        Optional<CaException> failure = Optional.empty();
        for (Series series : keys()) {
            try {
                current(new CrlPartition(series.partition()), series.delta());
            } catch (CaException e) {
                failure = Optional.of(e);
            }
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    /// How each CRL stands, without building any.
    ///
    /// @throws CaException DATABASE_UNAVAILABLE
    public List<CrlHealth> health() {
        Instant now = clock.instant();
        return keys().stream()
                .map(series ->
                        CrlHealth.of(
                                name(series),
                                newest(series)
                                        .map(crl ->
                                                new CrlHealth.Times(
                                                        crl.thisUpdate(), crl.nextUpdate())),
                                now))
                .toList();
    }

    private List<Series> keys() {
        List<Series> keys = new ArrayList<>();
        for (short partition : crls.partitions()) {
            keys.add(new Series(partition, false));
            if (settings.crl().deltaLife().isPresent()) {
                keys.add(new Series(partition, true));
            }
        }
        return keys;
    }

    private String name(Series series) {
        return new CrlPartition(series.partition()).fileName(settings.name(), series.delta());
    }

    private Optional<Published> newest(Series series) {
        return crls.published(series).stream().findFirst();
    }

    private boolean isDue(Series series, Published crl) {
        Instant now = clock.instant();
        CrlPolicy policy = settings.crl();
        if (crl.thisUpdate().isAfter(now.plus(SKEW))
                || !now.isBefore(crl.thisUpdate().plus(policy.life(series.delta()).dividedBy(2)))) {
            return true;
        }
        // Where there are deltas, they carry the changes.
        return (series.delta() || policy.deltaLife().isEmpty())
                && !rows.recent(series.partition(), crl.readAt().minus(CrlBuilder.MARGIN))
                        .equals(crl.recent());
    }

    private Optional<Published> renewed(Series series, Optional<Published> before) {
        ReentrantLock lock = building.computeIfAbsent(series, any -> new ReentrantLock());
        boolean valid = before.filter(crl -> isValid(crl, clock.instant())).isPresent();
        if (valid && !lock.tryLock()) {
            return before;
        }
        if (!valid) {
            lock.lock();
        }
        try {
            Optional<Published> newest = newest(series);
            if (newest.isPresent() && !isDue(series, newest.get())) {
                return newest;
            }
            if (series.delta() && newest(new Series(series.partition(), false)).isEmpty()) {
                current(new CrlPartition(series.partition()), false);
            }
            return build(series).or(() -> newest(series));
        } finally {
            lock.unlock();
        }
    }

    private static boolean isValid(Published crl, Instant now) {
        return now.isBefore(crl.nextUpdate());
    }

    private Optional<Published> build(Series series) {
        try {
            CrlFile kept = local.get(series);
            Optional<CrlBuilder.Built> built =
                    builder.build(
                            new CrlPartition(series.partition()),
                            series.delta(),
                            kept == null ? 0 : kept.number() + 1);
            if (built.isPresent()) {
                keep(series, built.get().file());
            }
            return built.map(CrlBuilder.Built::published);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /// The file of this CRL on this node. A file that is newer than the database stays: the
    /// database is an older one than it was (C7).
    private CrlFile fetched(Series series, Published crl) {
        CrlFile kept = local.get(series);
        if (kept != null && kept.number() >= crl.number()) {
            return kept;
        }
        try {
            Path file = Files.createTempFile(folder, "fetching-", CrlWriter.UNFINISHED);
            try {
                fetch(series, crl, file);
                return keep(series, file);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private void fetch(Series series, Published crl, Path file) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (int piece = 0; piece < crl.pieces(); piece++) {
                out.write(
                        crls.readPiece(series, crl.number(), piece)
                                .orElseThrow(() ->
                                        new CaException(
                                                Problem.DATABASE_UNAVAILABLE,
                                                name(series) + " was replaced while it was read")));
            }
        }
    }

    /// Puts a file into its place, unless a newer one is there.
    private CrlFile keep(Series series, Path file) throws IOException {
        CrlFile fresh = CrlFile.read(file);
        Path place = folder.resolve(name(series));
        synchronized (local) {
            CrlFile kept = local.get(series);
            if (kept != null && kept.number() >= fresh.number()) {
                Files.deleteIfExists(file);
                return kept;
            }
            force(file, StandardOpenOption.WRITE);
            Files.move(file, place, StandardCopyOption.ATOMIC_MOVE);
            force(folder, StandardOpenOption.READ);
            CrlFile published =
                    new CrlFile(place, fresh.number(), fresh.thisUpdate(), fresh.nextUpdate());
            local.put(series, published);
            return published;
        }
    }

    private static void force(Path path, StandardOpenOption option) throws IOException {
        try (FileChannel channel = FileChannel.open(path, option)) {
            channel.force(true);
        }
    }

    /// What a process that died left half-written goes; what it published is known again.
    private void prepareFolder() {
        try {
            Files.createDirectories(folder);
            List<Path> files;
            try (Stream<Path> all = Files.list(folder)) {
                files = all.toList();
            }
            for (Path file : files) {
                Optional<CrlPartition.Named> named =
                        CrlPartition.named(settings.name(), file.getFileName().toString());
                if (file.toString().endsWith(CrlWriter.UNFINISHED)) {
                    Files.delete(file);
                } else if (named.isPresent()) {
                    Series series = new Series(named.get().partition().code(), named.get().delta());
                    local.put(series, CrlFile.read(file));
                }
            }
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private static CaException unusable(IOException e) {
        return new CaException(Problem.FILE_NOT_USABLE, "the folder of CRLs cannot be used", e);
    }
}
