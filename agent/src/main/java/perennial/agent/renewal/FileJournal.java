// SPDX-License-Identifier: Apache-2.0
package perennial.agent.renewal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import perennial.agent.AgentException;
import perennial.agent.files.OwnerOnly;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;
import perennial.core.renewal.RenewalEvent;

/// A journal of one file for each renewal: `HOME/renewals/CARD/ID.journal`, CARD being the card's
/// number in hexadecimal. Folders are for their owner alone (0700), so are files (0600).
///
/// A file appears whole, by renaming, and then only grows. Of the finished renewals of a card the
/// newest eight are kept.
public final class FileJournal implements RenewalJournal {
    private static final int FINISHED_KEPT = 8;
    private static final String ENDING = ".journal";

    private final Path renewals;
    private final ChannelOpener opener;

    /// How a file is opened for writing; tests put a full disk here.
    @FunctionalInterface
    interface ChannelOpener {
        FileChannel open(Path file, Set<StandardOpenOption> options, FileAttribute<?>... attributes)
                throws IOException;
    }

    /// @throws AgentException JOURNAL_NOT_WRITABLE when the folder cannot be made
    public FileJournal(Path home) {
        this(home, FileChannel::open);
    }

    FileJournal(Path home, ChannelOpener opener) {
        this.renewals = home.resolve("renewals");
        this.opener = opener;
        try {
            Files.createDirectories(renewals, OwnerOnly.folder());
            if (OwnerOnly.known()) {
                Files.setPosixFilePermissions(
                        renewals, PosixFilePermissions.fromString("rwx------"));
            }
        } catch (IOException e) {
            throw notWritable("folder " + renewals, e);
        }
    }

    @Override
    public void append(RenewalSubject subject, RenewalEvent event) {
        Path folder = folder(subject.cardNumber());
        Path file = folder.resolve(subject.id() + ENDING);
        if (event instanceof RenewalEvent.Requested requested) {
            if (Files.exists(file)) {
                throw new IllegalStateException(subject.id() + " has begun already");
            }
            begin(folder, file, JournalFormat.begin(subject, requested));
            dropOldest(subject.cardNumber());
        } else {
            grow(file, event);
        }
    }

    @Override
    public List<JournalledRenewal> of(CardNumber card) {
        List<JournalledRenewal> found = new ArrayList<>();
        for (Path file : files(card)) {
            found.add(read(file).renewal());
        }
        found.sort(
                Comparator.comparing(JournalledRenewal::since)
                        .thenComparing(r -> r.subject().slot()));
        return List.copyOf(found);
    }

    @Override
    public Set<CardNumber> cards() {
        Set<CardNumber> cards = new HashSet<>();
        try (Stream<Path> folders = Files.list(renewals)) {
            for (Path folder : (Iterable<Path>) folders::iterator) {
                cards.add(cardOf(folder));
            }
        } catch (IOException e) {
            throw notWritable("folder " + renewals, e);
        }
        return Set.copyOf(cards);
    }

    private Path folder(CardNumber card) {
        String hex = HexFormat.of().formatHex(card.value().getBytes(StandardCharsets.US_ASCII));
        Path folder = renewals.resolve(hex);
        try {
            return Files.createDirectories(folder, OwnerOnly.folder());
        } catch (IOException e) {
            throw notWritable("folder " + folder, e);
        }
    }

    private void begin(Path folder, Path file, byte[] content) {
        Path beginning = folder.resolve(file.getFileName() + ".begin");
        try {
            try (FileChannel channel =
                    opener.open(
                            beginning,
                            Set.of(
                                    StandardOpenOption.WRITE,
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.TRUNCATE_EXISTING),
                            OwnerOnly.file())) {
                write(channel, content);
            }
            Files.move(beginning, file, StandardCopyOption.ATOMIC_MOVE);
            forceFolder(folder);
            forceFolder(renewals);
        } catch (IOException e) {
            deleteQuietly(beginning, e);
            throw notWritable(file.toString(), e);
        }
    }

    private void grow(Path file, RenewalEvent event) {
        int end = read(file).validOctets();
        try (FileChannel channel = opener.open(file, Set.of(StandardOpenOption.WRITE))) {
            try {
                // Drops the beginning of a record that was never finished.
                if (channel.size() > end) {
                    channel.truncate(end);
                }
                channel.position(end);
                write(channel, JournalFormat.record(event));
            } catch (IOException e) {
                undo(channel, end, e);
                throw e;
            }
        } catch (IOException e) {
            throw notWritable(file.toString(), e);
        }
    }

    private static void write(FileChannel channel, byte[] octets) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(octets);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        channel.force(true);
    }

    /// Should this fail too, the record is torn and the next reader drops it.
    private static void undo(FileChannel channel, int end, IOException cause) {
        try {
            channel.truncate(end);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private static JournalFormat.Content read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] octets = in.readNBytes(JournalFormat.MAX_FILE + 1);
            if (octets.length > JournalFormat.MAX_FILE) {
                throw new JournalFormat.DamagedException("too long");
            }
            return JournalFormat.read(octets);
        } catch (IOException | JournalFormat.DamagedException e) {
            throw new AgentException(
                    Problem.JOURNAL_DAMAGED, "%s: %s".formatted(file, e.getMessage()), e);
        }
    }

    private List<Path> files(CardNumber card) {
        try (Stream<Path> files = Files.list(folder(card))) {
            return files.filter(f -> f.toString().endsWith(ENDING)).sorted().toList();
        } catch (IOException e) {
            throw notWritable(folder(card).toString(), e);
        }
    }

    private void dropOldest(CardNumber card) {
        List<JournalledRenewal> finished = of(card).stream().filter(r -> r.isFinished()).toList();
        for (int i = 0; i < finished.size() - FINISHED_KEPT; i++) {
            Path file = folder(card).resolve(finished.get(i).subject().id() + ENDING);
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw notWritable(file.toString(), e);
            }
        }
    }

    private static CardNumber cardOf(Path folder) {
        try {
            byte[] octets = HexFormat.of().parseHex(folder.getFileName().toString());
            return new CardNumber(new String(octets, StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            throw new AgentException(Problem.JOURNAL_DAMAGED, folder + " is not the agent's", e);
        }
    }

    private static void deleteQuietly(Path file, IOException cause) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /// A name is on disk only when its folder is; Windows knows no such thing and needs none.
    private static void forceFolder(Path folder) throws IOException {
        if (OwnerOnly.known()) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static AgentException notWritable(String what, IOException cause) {
        return new AgentException(Problem.JOURNAL_NOT_WRITABLE, what, cause);
    }
}
