// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import java.util.Comparator;

/// What a card answers to GET VERSION: three octets.
record FirmwareVersion(int major, int minor, int patch) implements Comparable<FirmwareVersion> {
    private static final Comparator<FirmwareVersion> ORDER =
            Comparator.comparingInt(FirmwareVersion::major)
                    .thenComparingInt(FirmwareVersion::minor)
                    .thenComparingInt(FirmwareVersion::patch);

    boolean isBetween(FirmwareVersion first, FirmwareVersion last) {
        return compareTo(first) >= 0 && compareTo(last) <= 0;
    }

    @Override
    public int compareTo(FirmwareVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return "%d.%d.%d".formatted(major, minor, patch);
    }
}
