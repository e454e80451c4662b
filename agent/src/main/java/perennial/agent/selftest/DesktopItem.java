// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.util.List;

/// The nine items of the environment check. Their captions are ours, their meaning by number is
/// that of the card tool: 8 and 9 go by this computer's clock, and where 2, 4, 6 or 7 fail, the
/// reader may be to blame. After them, what renewing online needs besides.
public enum DesktopItem implements Item {
    SYSTEM(1),
    READER(2),
    COMPONENT(3),
    CARD(4),
    PIN(5),
    SIGNATURE(6),
    ENCRYPTION(7),
    SIGNATURE_VALIDITY(8),
    ENCRYPTION_VALIDITY(9),
    CONNECTION(10),
    CLOCK(11),
    STATUS(12);

    /// How many belong to the list that everybody knows.
    public static final int CLASSIC = 9;

    private final int number;

    DesktopItem(int number) {
        this.number = number;
    }

    /// Whether its failure may be the reader's: then another model is worth a try.
    public boolean mayBeTheReader() {
        return this == READER || this == CARD || this == SIGNATURE || this == ENCRYPTION;
    }

    /// Whether it goes by this computer's clock alone and says nothing about revocation.
    public boolean goesByTheClock() {
        return this == SIGNATURE_VALIDITY || this == ENCRYPTION_VALIDITY;
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public List<Topic> topics() {
        return switch (this) {
            case SYSTEM ->
                    List.of(
                            Topic.HOME,
                            Topic.JOURNAL,
                            Topic.LOOPBACK_ACCESS,
                            Topic.WINDOWS,
                            Topic.BROWSER,
                            Topic.OPERATING_SYSTEM);
            case READER -> List.of(Topic.READERS);
            case COMPONENT -> List.of(Topic.COMPONENT, Topic.LIBRARIES, Topic.PORT);
            case CARD -> List.of(Topic.CARD);
            case PIN -> List.of(Topic.PIN);
            case SIGNATURE -> List.of(Topic.SIGNATURE);
            case ENCRYPTION -> List.of(Topic.ENCRYPTION);
            case SIGNATURE_VALIDITY -> List.of(Topic.SIGNATURE_VALIDITY);
            case ENCRYPTION_VALIDITY -> List.of(Topic.ENCRYPTION_VALIDITY);
            case CONNECTION -> List.of(Topic.REGISTRATION_AUTHORITY);
            case CLOCK -> List.of(Topic.CLOCK);
            case STATUS -> List.of(Topic.ENCRYPTION_STATUS, Topic.SIGNATURE_STATUS);
        };
    }
}
