// SPDX-License-Identifier: Apache-2.0
package perennial.ca.cmp;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.security.auth.x500.X500Principal;
import perennial.ca.store.EnrolmentStore;
import perennial.ca.store.EnrolmentStore.Grant;
import perennial.protocol.cmp.SharedSecret;

/// Secrets by which somebody who has no certificate yet asks for one (RFC 9483 4.1.5): each for one
/// subject, one profile, one transaction, and for a limited time.
///
/// A secret is HMAC-SHA-256 of its reference under a key that is not in the database, so neither a
/// copy of the database nor a backup gives one away.
public final class EnrolmentSecrets {
    private static final int REFERENCE_OCTETS = 8;
    private static final int SECRET_OCTETS = 20;
    private static final Duration TO_END = Duration.ofDays(7);

    private final EnrolmentStore store;
    private final SecretKey key;
    private final Clock clock;
    private final SecureRandom random;

    /// @param key 256 bits, the same for all nodes on one database
    public EnrolmentSecrets(EnrolmentStore store, SecretKey key, Clock clock, SecureRandom random) {
        this.store = store;
        this.key = key;
        this.clock = clock;
        this.random = random;
    }

    /// A new one. Reference and secret are of letters and digits, to be typed into any client.
    ///
    /// @return to be handed over in private; the caller closes it
    public SharedSecret grant(X500Principal subject, String profile, Duration validFor) {
        byte[] drawn = new byte[REFERENCE_OCTETS];
        random.nextBytes(drawn);
        byte[] reference = HexFormat.of().formatHex(drawn).getBytes(StandardCharsets.US_ASCII);
        store.grant(
                new Grant(
                        reference,
                        subject.getEncoded(),
                        profile,
                        clock.instant().plus(validFor),
                        Optional.empty()));
        return secret(reference);
    }

    /// The secret of a reference that has not run out; the caller closes it.
    Optional<SharedSecret> find(byte[] reference) {
        return granted(reference).map(grant -> secret(grant.reference()));
    }

    /// What it was given for. One that is in use lasts a while longer, for the transaction to end.
    Optional<Grant> granted(byte[] reference) {
        Instant now = clock.instant();
        return store.granted(reference)
                .filter(grant ->
                        now.isBefore(
                                grant.usedBy().isPresent()
                                        ? grant.expiresAt().plus(TO_END)
                                        : grant.expiresAt()));
    }

    /// @return false when it serves another transaction
    boolean use(byte[] reference, UUID transaction) {
        return store.use(reference, transaction);
    }

    private SharedSecret secret(byte[] reference) {
        byte[] mac = mac(reference);
        byte[] taken = Arrays.copyOf(mac, SECRET_OCTETS);
        Arrays.fill(mac, (byte) 0);
        byte[] text = new byte[2 * SECRET_OCTETS];
        for (int i = 0; i < taken.length; i++) {
            text[2 * i] = (byte) Character.forDigit(taken[i] >> 4 & 0xF, 16);
            text[2 * i + 1] = (byte) Character.forDigit(taken[i] & 0xF, 16);
        }
        Arrays.fill(taken, (byte) 0);
        return new SharedSecret(reference.clone(), text);
    }

    private byte[] mac(byte[] reference) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(reference);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
