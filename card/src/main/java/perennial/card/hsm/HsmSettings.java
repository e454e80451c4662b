// SPDX-License-Identifier: Apache-2.0
package perennial.card.hsm;

import java.time.Duration;
import java.util.Optional;
import perennial.card.pkcs11.Pkcs11Module;

/// Where a token is and how it is used.
///
/// @param module the vendor's library
/// @param token the token's label (CK_TOKEN_INFO)
/// @param serialNumber the token's serial number, where several have this label
/// @param sessions how many signatures are made at once, each in a library process of its own; 1 to
///   64
/// @param patience how long one call may take, and how long a signature waits for a session
public record HsmSettings(
        Pkcs11Module module,
        String token,
        Optional<String> serialNumber,
        int sessions,
        Duration patience) {
    private static final int MAX_SESSIONS = 64;

    public HsmSettings {
        if (sessions < 1 || sessions > MAX_SESSIONS) {
            throw new IllegalArgumentException(
                    "sessions are 1 to %d, got %d".formatted(MAX_SESSIONS, sessions));
        }
        if (patience.isNegative() || patience.isZero()) {
            throw new IllegalArgumentException("patience must be longer than nothing");
        }
    }
}
