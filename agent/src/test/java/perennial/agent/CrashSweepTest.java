// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.agent.renewal.JournalledRenewal;
import perennial.agent.renewal.RenewalJournal;
import perennial.agent.renewal.RenewalSubject;
import perennial.card.CardException;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.CardNumber;
import perennial.core.renewal.RenewalEvent;
import perennial.protocol.cmp.ProtocolException;
import perennial.protocol.http.MessageExchange;
import perennial.virtualcard.Faults;

/// The claim of the house: wherever a same-key renewal of a card with two certificates breaks, a
/// new start and one PIN entry finish it, and nothing is lost.
class CrashSweepTest {
    private @TempDir Path folder;

    /// The end of the process at this very place.
    static final class Died extends Error {
        private static final long serialVersionUID = 1L;
    }

    enum Break {
        LOST_REQUEST,
        LOST_ANSWER,
        DEATH_BEFORE,
        DEATH_AFTER,
        TORN_RECORD
    }

    /// @param name for the report of a failure
    private record Cut(String name, Consumer<Desk> arm) {}

    @Test
    void wherever_it_breaks_the_next_start_finishes_with_one_certificate_each() throws IOException {
        Counts counts = undisturbed();
        List<Cut> cuts = cuts(counts);
        List<String> lost = new ArrayList<>();
        int broke = 0;
        for (int i = 0; i < cuts.size(); i++) {
            Path home = folder.resolve("home" + i);
            try {
                broke += survive(new Desk(home), cuts.get(i), i % 2 == 0) ? 1 : 0;
            } catch (AssertionError | RuntimeException e) {
                lost.add("%s: %s".formatted(cuts.get(i).name(), e));
            }
            delete(home);
        }
        System.out.printf(
                "sweep: %d cut points (%d APDUs, %d exchanges, %d journal writes), lost %d%n",
                cuts.size(), counts.apdus(), counts.exchanges(), counts.writes(), lost.size());
        assertEquals(List.of(), lost);
        assertEquals(cuts.size(), broke, "every cut is one");
    }

    /// How many places there are in a renewal that nothing disturbs.
    private record Counts(int apdus, int exchanges, int writes) {}

    private Counts undisturbed() {
        Desk desk = new Desk(folder.resolve("undisturbed"));
        BreakingWay way = new BreakingWay(0, Break.LOST_REQUEST);
        BreakingJournal disk = new BreakingJournal(desk.home, 0, Break.DEATH_BEFORE);
        desk.way = way::around;
        desk.journal = disk::around;
        assertTrue(desk.renew().renewed());
        int apdus = desk.card.faults().transmitted();
        desk.assertRenewed();
        assertTrue(apdus > 50 && way.count == 5 && disk.count == 8, "the sweep sees all places");
        return new Counts(apdus, way.count, disk.count);
    }

    private static List<Cut> cuts(Counts counts) {
        List<Cut> cuts = new ArrayList<>();
        for (Faults.Moment moment : Faults.Moment.values()) {
            for (int n = 1; n <= counts.apdus(); n++) {
                int at = n;
                cuts.add(
                        new Cut(
                                "APDU %d %s".formatted(n, moment),
                                desk -> desk.card.faults().cutAt(at, moment)));
            }
        }
        for (Break kind :
                List.of(
                        Break.LOST_REQUEST,
                        Break.LOST_ANSWER,
                        Break.DEATH_BEFORE,
                        Break.DEATH_AFTER)) {
            for (int n = 1; n <= counts.exchanges(); n++) {
                int at = n;
                cuts.add(
                        new Cut(
                                "exchange %d %s".formatted(n, kind),
                                desk -> desk.way = new BreakingWay(at, kind)::around));
            }
        }
        for (Break kind : List.of(Break.DEATH_BEFORE, Break.DEATH_AFTER, Break.TORN_RECORD)) {
            for (int n = 1; n <= counts.writes(); n++) {
                int at = n;
                cuts.add(
                        new Cut(
                                "journal %d %s".formatted(n, kind),
                                desk ->
                                        desk.journal =
                                                new BreakingJournal(desk.home, at, kind)::around));
            }
        }
        return cuts;
    }

    /// @param ticketKept whether the page is still there with its ticket, or the journal alone
    ///   knows what was begun
    /// @return whether the cut kept the first run from its end
    private static boolean survive(Desk desk, Cut cut, boolean ticketKept) {
        cut.arm().accept(desk);
        boolean broke;
        try {
            broke = desk.renew().problem().isPresent();
        } catch (CardException | Died e) {
            broke = true;
        }
        desk.powerCut();
        desk.way = direct -> direct;
        desk.journal = j -> j;
        desk.assertUsable();

        boolean journalKnows = !desk.agent().unfinished().isEmpty();
        RenewalReport second =
                ticketKept || !journalKnows ? desk.renew() : desk.renewWithoutTicket();
        assertEquals(Optional.empty(), second.problem());
        assertTrue(second.renewed());
        desk.assertRenewed();
        return broke;
    }

    /// Breaks at the n-th exchange with the registration authority.
    private static final class BreakingWay {
        private final int at;
        private final Break kind;
        private int count;

        BreakingWay(int at, Break kind) {
            this.at = at;
            this.kind = kind;
        }

        MessageExchange around(MessageExchange direct) {
            return request -> {
                count++;
                if (count != at) {
                    return direct.exchange(request);
                }
                if (kind == Break.DEATH_BEFORE) {
                    throw new Died();
                }
                if (kind != Break.LOST_REQUEST) {
                    byte[] _ = direct.exchange(request);
                }
                if (kind == Break.DEATH_AFTER) {
                    throw new Died();
                }
                throw new ProtocolException(
                        Problem.RA_UNREACHABLE, FailInfo.systemUnavail, "lost by the test");
            };
        }
    }

    /// Breaks at the n-th fact.
    static final class BreakingJournal {
        private final Path home;
        private final int at;
        private final Break kind;
        private int count;

        BreakingJournal(Path home, int at, Break kind) {
            this.home = home;
            this.at = at;
            this.kind = kind;
        }

        int count() {
            return count;
        }

        RenewalJournal around(RenewalJournal disk) {
            return new RenewalJournal() {
                @Override
                public void append(RenewalSubject subject, RenewalEvent event) {
                    count++;
                    if (count == at && kind == Break.DEATH_BEFORE) {
                        throw new Died();
                    }
                    disk.append(subject, event);
                    if (count == at) {
                        if (kind == Break.TORN_RECORD) {
                            tear(home, subject, event);
                        }
                        throw new Died();
                    }
                }

                @Override
                public List<JournalledRenewal> of(CardNumber card) {
                    return disk.of(card);
                }

                @Override
                public Set<CardNumber> cards() {
                    return disk.cards();
                }
            };
        }
    }

    /// Takes the last octets away again. A file's first fact appears whole or not at all: there the
    /// whole file goes.
    private static void tear(Path home, RenewalSubject subject, RenewalEvent event) {
        try (Stream<Path> files = Files.walk(home)) {
            Path file =
                    files.filter(f ->
                                    f.getFileName().toString().startsWith(subject.id().toString()))
                            .findFirst()
                            .orElseThrow();
            if (event instanceof RenewalEvent.Requested) {
                Files.delete(file);
                return;
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                FileChannel _ = channel.truncate(channel.size() - 5);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path home) throws IOException {
        if (Files.exists(home)) {
            try (Stream<Path> all = Files.walk(home)) {
                for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(one);
                }
            }
        }
    }
}
