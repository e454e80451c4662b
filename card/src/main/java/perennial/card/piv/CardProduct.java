// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import perennial.core.crypto.KeyAlgorithm;

/// What a card has beside SP 800-73-4, found by asking it.
///
/// @param version as the card says
/// @param serialNumber as the card says
/// @param tellsKeys whether GET METADATA tells public keys, rules and tries
/// @param movesKeys whether there are MOVE KEY and DELETE KEY
/// @param quirks what is known of cards with this version
record CardProduct(
        Optional<FirmwareVersion> version,
        Optional<Long> serialNumber,
        boolean tellsKeys,
        boolean movesKeys,
        Set<Quirk> quirks) {
    private static final FirmwareVersion FIRST_WITH_P_384 = new FirmwareVersion(4, 0, 0);
    private static final FirmwareVersion FIRST_WITH_RSA_3072 = new FirmwareVersion(5, 7, 0);

    CardProduct {
        quirks = Set.copyOf(quirks);
    }

    /// Asks once, before the session proves the management key: MOVE KEY is asked for what it says
    /// without that, and a card that knows it says no more than that the key is missing.
    static CardProduct of(PivApplication application) {
        Optional<FirmwareVersion> version = application.version();
        if (version.isEmpty()) {
            return new CardProduct(version, Optional.empty(), false, false, Set.of());
        }
        boolean tellsKeys = application.tellsMetadata();
        return new CardProduct(
                version,
                application.serialNumber(),
                tellsKeys,
                tellsKeys && application.wouldMoveKeys(),
                version.map(Quirk::of).orElseThrow());
    }

    /// What the card makes keys of. A card that says nothing of itself has what SP 800-78-4 table
    /// 3-1 allows for every one of the holder's keys.
    Set<KeyAlgorithm> newKeys() {
        EnumSet<KeyAlgorithm> kinds = EnumSet.of(KeyAlgorithm.RSA_2048, KeyAlgorithm.P_256);
        if (isAtLeast(FIRST_WITH_P_384)) {
            kinds.add(KeyAlgorithm.P_384);
        }
        if (isAtLeast(FIRST_WITH_RSA_3072) && movesKeys) {
            kinds.add(KeyAlgorithm.RSA_3072);
        }
        if (quirks.contains(Quirk.WEAK_RSA_KEYS)) {
            kinds.remove(KeyAlgorithm.RSA_2048);
        }
        return Collections.unmodifiableSet(kinds);
    }

    /// For people.
    String text() {
        String firmware = trusted().map(v -> "firmware " + v).orElse("SP 800-73-4");
        return serialNumber.map(n -> firmware + ", serial number " + n).orElse(firmware);
    }

    private boolean isAtLeast(FirmwareVersion first) {
        return trusted().filter(v -> v.compareTo(first) >= 0).isPresent();
    }

    private Optional<FirmwareVersion> trusted() {
        return version.filter(_ -> !quirks.contains(Quirk.MADE_UP_VERSION));
    }
}
