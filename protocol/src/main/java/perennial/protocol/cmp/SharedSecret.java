// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.util.Arrays;
import perennial.core.renewal.ReKeyPermission;

/// A secret that two sides share, and the name that messages under it carry as senderKID (RFC 9483
/// 3.1). Overwritten when closed; shows nothing in its text form.
///
/// The arrays given are taken over, those handed out are the object's own.
public final class SharedSecret implements AutoCloseable {
    /// Fewer octets could be guessed off-line by whoever has seen one message.
    public static final int MIN_OCTETS = 16;

    private static final int MAX_OCTETS = 64;

    private final byte[] reference;
    private final byte[] secret;

    /// @param reference names the secret, 1 to 64 octets
    /// @param secret [#MIN_OCTETS] to 64 octets
    public SharedSecret(byte[] reference, byte[] secret) {
        if (reference.length < 1 || reference.length > MAX_OCTETS) {
            throw new IllegalArgumentException("a reference has 1 to 64 octets");
        }
        if (secret.length < MIN_OCTETS || secret.length > MAX_OCTETS) {
            throw new IllegalArgumentException("a secret has 16 to 64 octets");
        }
        this.reference = reference;
        this.secret = secret;
    }

    /// The same octets; they are wiped when either is closed.
    static SharedSecret of(ReKeyPermission permission) {
        return new SharedSecret(permission.reference(), permission.secret());
    }

    public byte[] reference() {
        return reference;
    }

    public byte[] secret() {
        return secret;
    }

    @Override
    public void close() {
        Arrays.fill(secret, (byte) 0);
    }

    @Override
    public String toString() {
        return "****";
    }
}
