// SPDX-License-Identifier: Apache-2.0
package perennial.agent.sealing;

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
public final class OneTimeKeys {
    private static final int MAX = 64;

    private final SecureRandom random;
    private final Map<String, KeyPair> keys = new LinkedHashMap<>();

    public OneTimeKeys(SecureRandom random) {
        this.random = random;
    }

    /// A fresh key for this window, instead of the one it has.
    ///
    /// @param window what names it among the others, such as its token
    /// @return its public point (SEC 1 2.3.3), which `seal.js` seals to, in Base64
    public String fresh(String window) {
        KeyPair key = generate();
        synchronized (keys) {
            keys.remove(window);
            keys.put(window, key);
            if (keys.size() > MAX) {
                keys.remove(keys.keySet().iterator().next());
            }
        }
        return Base64.getEncoder().encodeToString(SealedSecret.point(key.getPublic()));
    }

    /// Opens what the window sealed; its key is used up, also when this fails.
    ///
    /// @param sealed the caller's, unchanged
    /// @throws AgentException REQUEST_INVALID when the window has no key or did not seal to it
    public SealedSecret open(String window, byte[] sealed) {
        KeyPair key;
        synchronized (keys) {
            key =
                    Optional.ofNullable(keys.remove(window))
                            .orElseThrow(() ->
                                    new AgentException(
                                            Problem.REQUEST_INVALID, "no key for a secret"));
        }
        return SealedSecret.open(sealed, key);
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
