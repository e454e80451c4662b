// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import java.util.Arrays;
import java.util.function.Function;

/// The secret that the key files are encrypted with. Whoever makes it closes it, which wipes it.
public final class Passphrase implements AutoCloseable {
    private static final int MIN_CHARS = 8;

    private final char[] chars;
    private boolean closed;

    /// @param chars at least 8; copied, the caller wipes its own
    public Passphrase(char[] chars) {
        if (chars.length < MIN_CHARS) {
            throw new IllegalArgumentException(
                    "passphrase takes at least %d characters".formatted(MIN_CHARS));
        }
        this.chars = chars.clone();
    }

    /// Lends a copy of the characters and wipes it afterwards.
    public synchronized <T> T lend(Function<char[], T> use) {
        if (closed) {
            throw new IllegalStateException("the passphrase has been wiped");
        }
        char[] lent = chars.clone();
        try {
            return use.apply(lent);
        } finally {
            Arrays.fill(lent, '\0');
        }
    }

    @Override
    public synchronized void close() {
        Arrays.fill(chars, '\0');
        closed = true;
    }

    @Override
    public String toString() {
        return "****";
    }
}
