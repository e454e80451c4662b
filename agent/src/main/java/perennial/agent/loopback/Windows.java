// SPDX-License-Identifier: Apache-2.0
package perennial.agent.loopback;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.Optional;

/// The windows that are open, by the tokens they were given. Those that have asked nothing for
/// longest are forgotten, so that many new ones do not end one that is in use. Safe for use by many
/// threads.
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
        Optional<byte[]> found = Optional.empty();
        for (byte[] known : tokens) {
            if (MessageDigest.isEqual(known, asked)) {
                found = Optional.of(known);
            }
        }
        found.ifPresent(known -> {
            tokens.remove(known);
            tokens.addLast(known);
        });
        return found.isPresent();
    }
}
