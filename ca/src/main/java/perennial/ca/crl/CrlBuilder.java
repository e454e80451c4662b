// SPDX-License-Identifier: Apache-2.0
package perennial.ca.crl;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import perennial.ca.CrlPolicy;
import perennial.ca.profile.CrlPartition;
import perennial.ca.store.CrlStore;
import perennial.ca.store.CrlStore.Published;
import perennial.ca.store.CrlStore.Series;
import perennial.ca.store.RevokedRows;
import perennial.ca.store.RevokedRows.Entry;
import perennial.core.certificate.SerialNumber;

/// Makes the next CRL of a partition, from the rows to the row that publishes it, while nobody else
/// does: a builder holds the partition for two minutes and asks for more as it goes, so one that
/// dies is followed by another. One that was held up and comes back late finds its place taken, and
/// would come too late anyway: the greater number counts.
final class CrlBuilder {
    /// What a change may take from its clock's time to the moment that others see it, clocks' being
    /// wrong included: so much before the rows were read, everything is in them.
    static final Duration MARGIN = Duration.ofMinutes(5);

    private static final Duration HOLD = Duration.ofMinutes(2);
    private static final int PAGE = 5_000;
    private static final int PIECE_OCTETS = 1 << 20;

    /// A delta of more entries is no help to anyone: the full CRL is issued instead.
    private static final int MOST_CHANGES = 50_000;

    private final CrlWriter writer;
    private final CrlExtensions extensions;
    private final CrlPolicy policy;
    private final CrlStore crls;
    private final RevokedRows rows;
    private final Clock clock;
    private final UUID self;

    /// @param self names this builder among those of all nodes
    CrlBuilder(
            CrlWriter writer,
            CrlExtensions extensions,
            CrlPolicy policy,
            Stores stores,
            Clock clock,
            UUID self) {
        this.writer = writer;
        this.extensions = extensions;
        this.policy = policy;
        this.crls = stores.crls();
        this.rows = stores.rows();
        this.clock = clock;
        this.self = self;
    }

    /// What is read and written.
    record Stores(CrlStore crls, RevokedRows rows) {}

    /// A CRL that has been published, and its octets, the caller's to keep or delete.
    record Built(Published published, Path file) {}

    /// Builds and publishes.
    ///
    /// @param least the number is not below
    /// @return empty when another builder is at it, or when a delta would be too long
    /// @throws perennial.ca.CaException DATABASE_UNAVAILABLE
    /// @throws IOException when the folder cannot be written
    Optional<Built> build(CrlPartition partition, boolean delta, long least) throws IOException {
        Instant now = clock.instant();
        if (!hold(partition, now)) {
            return Optional.empty();
        }
        Held held = new Held(partition, now);
        try {
            return delta ? buildDelta(held, least) : Optional.of(buildFull(held, least));
        } catch (PlaceTaken e) {
            return Optional.empty();
        } finally {
            crls.release(partition.code(), self);
        }
    }

    private Built buildFull(Held held, long least) throws IOException {
        CrlPartition partition = held.partition;
        Series series = new Series(partition.code(), false);
        List<Published> before = crls.published(series);
        Instant listed = before.isEmpty() ? Instant.EPOCH : before.getFirst().thisUpdate();
        Draft draft = draft(held, false, least);
        Built built = publish(series, draft, new Pages(held, listed), OptionalLong.empty());
        // The last but one stays: deltas start from it.
        before.stream().findFirst().ifPresent(last -> crls.forgetBefore(series, last.number()));
        return built;
    }

    /// From the older of the full CRLs that are still in use, so that it fits both.
    private Optional<Built> buildDelta(Held held, long least) throws IOException {
        CrlPartition partition = held.partition;
        Instant now = clock.instant();
        List<Published> bases =
                crls.published(new Series(partition.code(), false)).stream()
                        .filter(base -> now.isBefore(base.nextUpdate()))
                        .toList();
        for (Published base : bases.reversed()) {
            Draft draft = draft(held, true, least);
            List<Entry> changed =
                    rows.changed(partition.code(), base.readAt().minus(MARGIN), MOST_CHANGES + 1);
            if (changed.size() <= MOST_CHANGES) {
                Series series = new Series(partition.code(), true);
                Built built =
                        publish(series, draft, changed.iterator(), OptionalLong.of(base.number()));
                crls.forgetBefore(series, built.published().number());
                return Optional.of(built);
            }
        }
        return Optional.empty();
    }

    /// What is known of a CRL before its entries are read.
    private record Draft(
            Held held,
            long number,
            Instant readAt,
            CrlStore.Recent recent,
            Instant thisUpdate,
            Instant nextUpdate) {}

    private Draft draft(Held held, boolean delta, long least) {
        Instant readAt = clock.instant();
        Instant now = readAt.truncatedTo(ChronoUnit.SECONDS);
        long number = crls.nextNumber(Math.max(least, now.getEpochSecond()));
        // Counted before the entries are read: a change in between makes this CRL out of date,
        // never unnoticed.
        CrlStore.Recent recent = rows.recent(held.partition.code(), readAt.minus(MARGIN));
        return new Draft(held, number, readAt, recent, now, now.plus(policy.life(delta)));
    }

    private Built publish(Series series, Draft draft, Iterator<Entry> entries, OptionalLong base)
            throws IOException {
        CrlWriter.Frame frame =
                new CrlWriter.Frame(
                        draft.held().partition.code() + (base.isPresent() ? " delta" : ""),
                        draft.number(),
                        draft.thisUpdate(),
                        draft.nextUpdate(),
                        extensions.of(draft.held().partition, draft.number(), base));
        Path file = writer.write(frame, entries);
        boolean published = false;
        try {
            int pieces = 0;
            try (InputStream in = Files.newInputStream(file)) {
                byte[] piece = in.readNBytes(PIECE_OCTETS);
                while (piece.length > 0) {
                    draft.held().extend();
                    crls.writePiece(series, draft.number(), pieces, piece);
                    pieces++;
                    piece = in.readNBytes(PIECE_OCTETS);
                }
            }
            Published crl =
                    new Published(
                            draft.number(),
                            draft.readAt(),
                            draft.recent(),
                            frame.thisUpdate(),
                            frame.nextUpdate(),
                            pieces);
            if (!crls.publish(series, crl, self)) {
                throw new PlaceTaken();
            }
            published = true;
            return new Built(crl, file);
        } finally {
            if (!published) {
                Files.deleteIfExists(file);
            }
        }
    }

    private boolean hold(CrlPartition partition, Instant now) {
        return crls.take(partition.code(), self, now, now.plus(HOLD));
    }

    /// A partition that is held, and since when.
    private final class Held {
        private final CrlPartition partition;
        private Instant since;

        Held(CrlPartition partition, Instant since) {
            this.partition = partition;
            this.since = since;
        }

        /// Asks for more time where a quarter of it has passed.
        void extend() {
            Instant now = clock.instant();
            if (now.isBefore(since.plus(HOLD.dividedBy(4)))) {
                return;
            }
            if (!hold(partition, now)) {
                throw new PlaceTaken();
            }
            since = now;
        }
    }

    /// Another builder has taken over.
    private static final class PlaceTaken extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /// The revoked rows one after the other, of one partition or of all; with each page the place
    /// is held for longer.
    private final class Pages implements Iterator<Entry> {
        private final Held held;
        private final Instant listed;
        private Iterator<Entry> page = List.<Entry>of().iterator();
        private Optional<Short> partition;
        private Optional<SerialNumber> last = Optional.empty();

        Pages(Held held, Instant listed) {
            this.held = held;
            this.listed = listed;
            this.partition =
                    held.partition.isComplete()
                            ? rows.partition((short) -1)
                            : Optional.of(held.partition.code());
        }

        @Override
        public boolean hasNext() {
            while (!page.hasNext() && partition.isPresent()) {
                held.extend();
                List<Entry> next = rows.page(partition.get(), last, listed, MARGIN, PAGE);
                page = next.iterator();
                if (next.size() < PAGE) {
                    partition =
                            held.partition.isComplete()
                                    ? rows.partition(partition.get())
                                    : Optional.empty();
                    last = Optional.empty();
                } else {
                    last = Optional.of(next.getLast().serialNumber());
                }
            }
            return page.hasNext();
        }

        @Override
        public Entry next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return page.next();
        }
    }
}
