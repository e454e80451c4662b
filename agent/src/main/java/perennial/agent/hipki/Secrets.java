// SPDX-License-Identifier: Apache-2.0
package perennial.agent.hipki;

/// What a call asks its holder for.
enum Secrets {
    NONE(0),
    PIN(1),
    /// The PIN, and the one that takes its place.
    CHANGE(2),
    /// The PIN that the card has afterwards.
    NEW(1);

    private final int count;

    Secrets(int count) {
        this.count = count;
    }

    int count() {
        return count;
    }
}
