// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.applet;

/// What the card's maker fixed: which commands there are beside those of SP 800-73-4, and what the
/// card says of itself.
public final class Product {
    /// SP 800-73-4 and nothing else.
    public static final byte STANDARD = 0;

    /// With version, serial number, metadata, attestation and SET MANAGEMENT KEY, as firmware 5.4
    /// of the YubiKey.
    public static final byte WITH_METADATA = 1;

    /// With MOVE KEY, DELETE KEY and RSA 3072 besides, as firmware 5.7.
    public static final byte WITH_MOVE = 2;

    private static final byte[] VERSION_5_4 = {0x05, 0x04, 0x03};
    private static final byte[] VERSION_5_7 = {0x05, 0x07, 0x02};

    final byte generation;
    final int serial;

    /// @param serial not used by [#STANDARD]
    public Product(byte generation, int serial) {
        if (generation < STANDARD || generation > WITH_MOVE) {
            throw new IllegalArgumentException("no such product");
        }
        this.generation = generation;
        this.serial = serial;
    }

    boolean hasMetadata() {
        return generation >= WITH_METADATA;
    }

    boolean hasMove() {
        return generation >= WITH_MOVE;
    }

    /// Three octets.
    byte[] version() {
        return hasMove() ? VERSION_5_7 : VERSION_5_4;
    }

    boolean generates(byte algorithm) {
        return switch (algorithm) {
            case Coprocessor.RSA_2048, Coprocessor.P_256, Coprocessor.P_384 -> true;
            case Coprocessor.RSA_3072 -> hasMove();
            default -> false;
        };
    }

    /// Whether keys are generated under this reference: retired ones and the attestation key are
    /// the vendor's addition.
    boolean generatesUnder(int reference) {
        return hasMetadata() ? Memory.hasSlot(reference) : Memory.isHoldersSlot(reference);
    }
}
