// SPDX-License-Identifier: Apache-2.0
package perennial.agent.loopback;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import perennial.agent.AgentException;
import perennial.core.advice.Problem;

/// Keys to which windows seal secrets: each for one window and one use, so that what was sealed
/// cannot be opened again by whoever kept it. Safe for use by many threads.
final class OneTimeKeys {
    private static final int MAX = 64;

    private final SecureRandom random;
    private final Map<String, KeyPair> keys = new LinkedHashMap<>();

    OneTimeKeys(SecureRandom random) {
        this.random = random;
    }

    /// The question `key`: a fresh key for the window that asks, instead of the one it has.
    Json.Members fresh(Call call) {
        KeyPair key = generate();
        synchronized (keys) {
            keys.remove(call.window());
            keys.put(call.window(), key);
            if (keys.size() > MAX) {
                keys.remove(keys.keySet().iterator().next());
            }
        }
        byte[] point = SealedSecret.point(key.getPublic());
        return new Json.Members().with("key", Base64.getEncoder().encodeToString(point));
    }

    /// Opens what the window sealed; its key is used up, also when this fails.
    ///
    /// @throws AgentException REQUEST_INVALID when the window has no key or did not seal to it
    SealedSecret open(Call call) {
        KeyPair key;
        synchronized (keys) {
            key =
                    Optional.ofNullable(keys.remove(call.window()))
                            .orElseThrow(() ->
                                    new AgentException(
                                            Problem.REQUEST_INVALID, "no key for a secret"));
        }
        return SealedSecret.open(call.body(), key);
    }

    private KeyPair generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256", e);
        }
    }
}
