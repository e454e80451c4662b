// SPDX-License-Identifier: Apache-2.0
package perennial.cli.sweep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import perennial.agent.AgentException;
import perennial.agent.renewal.JournalledRenewal;
import perennial.agent.renewal.RenewalJournal;
import perennial.agent.renewal.RenewalSubject;
import perennial.cli.sweep.SweepCase.Fault;
import perennial.cli.sweep.SweepCase.Place;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;
import perennial.core.renewal.RenewalEvent;

/// A journal that breaks at the fact that the breaker names.
///
/// @param home where the journal's files are, to tear one
record BreakingJournal(RenewalJournal disk, Path home, Breaker breaker) implements RenewalJournal {
    private static final int TORN_OFF = 5;

    @Override
    public void append(RenewalSubject subject, RenewalEvent event) {
        Optional<Fault> fault = breaker.pass(Place.JOURNAL);
        if (fault.isEmpty()) {
            disk.append(subject, event);
            return;
        }
        switch (fault.get()) {
            case DEATH_BEFORE_FACT -> throw new Breaker.Died("before a fact");
            case DISK_FULL ->
                    throw new AgentException(Problem.JOURNAL_NOT_WRITABLE, "broken by the sweep");
            case TORN_FACT -> {
                disk.append(subject, event);
                tear(subject, event);
                throw new Breaker.Died("in a fact");
            }
            default -> {
                disk.append(subject, event);
                throw new Breaker.Died("after a fact");
            }
        }
    }

    /// Takes the last octets away again. A file's first fact appears whole or not at all: there the
    /// whole file goes.
    private void tear(RenewalSubject subject, RenewalEvent event) {
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
                FileChannel _ = channel.truncate(channel.size() - TORN_OFF);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
}
