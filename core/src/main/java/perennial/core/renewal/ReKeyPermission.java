// SPDX-License-Identifier: Apache-2.0
package perennial.core.renewal;

import java.util.Arrays;

/// The authority's permission to overwrite a key: from here on the messages of this renewal may be
/// protected by the secret instead of the old key (RFC 9483 4.1.5). Overwritten when closed; shows
/// nothing in its text form.
///
/// The arrays given are taken over, those handed out are the object's own.
public final class ReKeyPermission implements AutoCloseable {
    private final byte[] reference;
    private final byte[] secret;

    /// @param reference names the secret (senderKID), at most 64 octets
    /// @param secret 16 to 64 octets
    public ReKeyPermission(byte[] reference, byte[] secret) {
        if (reference.length < 1 || reference.length > 64) {
            throw new IllegalArgumentException("a reference has 1 to 64 octets");
        }
        if (secret.length < 16 || secret.length > 64) {
            throw new IllegalArgumentException("a secret has 16 to 64 octets");
        }
        this.reference = reference;
        this.secret = secret;
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
