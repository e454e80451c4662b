// SPDX-License-Identifier: Apache-2.0
package perennial.agent.renewal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import perennial.agent.AgentException;
import perennial.agent.files.OwnerOnly;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;

/// The right to renew one card: one holder at a time among all agents with the same home folder, in
/// this process and others. A file in `HOME/locks` for each card, locked by the system and so freed
/// by it when a process dies.
public final class CardLocks {
    private final Path folder;

    /// @throws AgentException JOURNAL_NOT_WRITABLE when the folder cannot be made
    public CardLocks(Path home) {
        this.folder = home.resolve("locks");
        try {
            Files.createDirectories(folder, OwnerOnly.folder());
        } catch (IOException e) {
            throw new AgentException(Problem.JOURNAL_NOT_WRITABLE, folder.toString(), e);
        }
    }

    /// One card's lock, held.
    public static final class Held implements AutoCloseable {
        private final FileChannel channel;

        private Held(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new AgentException(Problem.JOURNAL_NOT_WRITABLE, "lock", e);
            }
        }
    }

    /// @throws AgentException RENEWAL_RUNNING when another has it, JOURNAL_NOT_WRITABLE
    public Held take(CardNumber card) {
        byte[] number = card.value().getBytes(StandardCharsets.US_ASCII);
        Path file = folder.resolve(HexFormat.of().formatHex(number));
        try {
            FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
            if (locked(channel)) {
                return new Held(channel);
            }
            channel.close();
            throw new AgentException(Problem.RENEWAL_RUNNING, "card " + card);
        } catch (IOException e) {
            throw new AgentException(Problem.JOURNAL_NOT_WRITABLE, file.toString(), e);
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // The same answer, given by the JVM for itself.
            return false;
        }
    }
}
