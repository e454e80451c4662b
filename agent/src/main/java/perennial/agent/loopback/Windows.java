// SPDX-License-Identifier: Apache-2.0
package perennial.agent.loopback;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;

/// The windows that are open, by the tokens they were given; the oldest are forgotten. Safe for use
/// by many threads.
final class Windows {
    private static final int TOKEN_OCTETS = 32;
    private static final int MAX = 64;

    private final SecureRandom random;
    private final Deque<byte[]> tokens = new ArrayDeque<>();

    Windows(SecureRandom random) {
        this.random = random;
    }

    synchronized String open() {
        byte[] octets = new byte[TOKEN_OCTETS];
        random.nextBytes(octets);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
        tokens.addLast(token.getBytes(StandardCharsets.US_ASCII));
        if (tokens.size() > MAX) {
            tokens.removeFirst();
        }
        return token;
    }

    synchronized boolean isOpen(String token) {
        byte[] asked = token.getBytes(StandardCharsets.UTF_8);
        boolean found = false;
        for (byte[] known : tokens) {
            found |= MessageDigest.isEqual(known, asked);
        }
        return found;
    }
}
