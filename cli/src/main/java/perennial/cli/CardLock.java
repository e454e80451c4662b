// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import perennial.core.advice.Problem;

/// The right of one process to a virtual card's file: two would each hold half of its memory.
final class CardLock implements AutoCloseable {
    private final FileChannel channel;

    private CardLock(FileChannel channel) {
        this.channel = channel;
    }

    /// @throws Failure FILE_NOT_USABLE, or CARD_IN_USE while another process has it
    static CardLock take(Path card) {
        Path beside = card.resolveSibling(card.getFileName() + ".lock");
        try {
            FileChannel channel =
                    FileChannel.open(beside, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                if (channel.tryLock() == null) {
                    throw new Failure(Problem.CARD_IN_USE, "another process has " + card);
                }
                return new CardLock(channel);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (OverlappingFileLockException e) {
            throw new Failure(Problem.CARD_IN_USE, "this process has " + card + " already", e);
        } catch (IOException e) {
            throw new Failure(Problem.FILE_NOT_USABLE, card + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new Failure(Problem.FILE_NOT_USABLE, "the card's lock: " + e.getMessage(), e);
        }
    }
}
