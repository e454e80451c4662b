// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import perennial.core.advice.Problem;
import perennial.virtualcard.Personalisation;
import perennial.virtualcard.VirtualCard;

/// A virtual card in its file, for one process at a time.
public final class CardFile implements AutoCloseable {
    private final VirtualCard card;
    private final CardLock lock;

    private CardFile(VirtualCard card, CardLock lock) {
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
        CardLock lock = CardLock.take(file);
        try {
            return new CardFile(opening.open(), lock);
        } catch (IOException e) {
            lock.close();
            throw new Failure(Problem.FILE_NOT_USABLE, file + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    @Override
    public void close() {
        card.close();
        lock.close();
    }
}
