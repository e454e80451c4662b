// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/// Known peculiarities of cards, by what they answer to GET VERSION.
enum Quirk {
    /// YubiKey 4 with firmware 4.2.6 to 4.3.4 makes RSA keys whose factors can be found
    /// (CVE-2017-15361, "ROCA"; Yubico YSA-2017-01): no RSA key is made on it.
    WEAK_RSA_KEYS,

    /// Nitrokey 3 and others built on Trussed's `piv-authenticator` answer 6.6.6, which is no
    /// version of anything: it is not shown to people.
    MADE_UP_VERSION;

    static Set<Quirk> of(FirmwareVersion version) {
        EnumSet<Quirk> quirks = EnumSet.noneOf(Quirk.class);
        for (Quirk quirk : values()) {
            if (quirk.isOf(version)) {
                quirks.add(quirk);
            }
        }
        return Collections.unmodifiableSet(quirks);
    }

    private boolean isOf(FirmwareVersion version) {
        return switch (this) {
            case WEAK_RSA_KEYS ->
                    version.isBetween(new FirmwareVersion(4, 2, 6), new FirmwareVersion(4, 3, 4));
            case MADE_UP_VERSION -> version.equals(new FirmwareVersion(6, 6, 6));
        };
    }
}
