// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import perennial.core.advice.Problem;
import perennial.virtualcard.Personalisation;
import perennial.virtualcard.VirtualCard;

/// A virtual card in its file, for one process at a time: two would each hold half of its memory.
public final class CardFile implements AutoCloseable {
    private final VirtualCard card;
    private final FileChannel lock;

    private CardFile(VirtualCard card, FileChannel lock) {
        this.card = card;
        this.lock = lock;
    }

    /// @throws Failure FILE_NOT_USABLE, or CARD_IN_USE while another process has it
    public static CardFile open(Path file, SecureRandom random) {
        return locked(file, () -> VirtualCard.open(file, random));
    }

    /// @throws Failure FILE_NOT_USABLE, or CARD_IN_USE while another process has it
    public static CardFile create(Path file, Personalisation personalisation, SecureRandom random) {
        return locked(file, () -> VirtualCard.create(file, personalisation, random));
    }

    public VirtualCard card() {
        return card;
    }

    private interface Opening {
        VirtualCard open() throws IOException;
    }

    private static CardFile locked(Path file, Opening opening) {
        Path beside = file.resolveSibling(file.getFileName() + ".lock");
        try {
            FileChannel lock =
                    FileChannel.open(beside, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                if (lock.tryLock() == null) {
                    throw new Failure(Problem.CARD_IN_USE, "another process has " + file);
                }
                return new CardFile(opening.open(), lock);
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (OverlappingFileLockException e) {
            throw new Failure(Problem.CARD_IN_USE, "this process has " + file + " already", e);
        } catch (IOException e) {
            throw new Failure(Problem.FILE_NOT_USABLE, file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        card.close();
        try {
            lock.close();
        } catch (IOException e) {
            throw new Failure(Problem.FILE_NOT_USABLE, "the card's lock: " + e.getMessage(), e);
        }
    }
}
