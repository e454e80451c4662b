// SPDX-License-Identifier: Apache-2.0
package perennial.card.pcsc;

/// One reader as the service described it (SCARD_READERSTATE).
///
/// @param event dwEventState: flags below, the number of insertions and removals so far above 16
///   bits where the system counts them
record ReaderState(String name, long event) {
    private static final long CHANGED = 0x2;
    private static final long PRESENT = 0x20;
    private static final long COUNTER = 0xFFFF0000L;

    /// As one who has not looked yet.
    static ReaderState unaware(String name) {
        return new ReaderState(name, 0);
    }

    boolean cardPresent() {
        return (event & PRESENT) != 0;
    }

    /// What the service is told is known already.
    long known() {
        return event & ~CHANGED;
    }

    /// Whether a card came or went in between; that some program began or ended to use it is no
    /// change.
    boolean differsFrom(ReaderState before) {
        long relevant = COUNTER | PRESENT;
        return !name.equals(before.name) || (event & relevant) != (before.event & relevant);
    }
}
