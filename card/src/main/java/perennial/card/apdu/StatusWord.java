// SPDX-License-Identifier: Apache-2.0
package perennial.card.apdu;

/// SW1 SW2 (ISO/IEC 7816-4 5.6), 0 to FFFF.
public record StatusWord(int value) {
    public static final StatusWord SUCCESS = new StatusWord(0x9000);
    public static final StatusWord SECURITY_STATUS_NOT_SATISFIED = new StatusWord(0x6982);
    public static final StatusWord AUTHENTICATION_METHOD_BLOCKED = new StatusWord(0x6983);
    public static final StatusWord CONDITIONS_NOT_SATISFIED = new StatusWord(0x6985);
    public static final StatusWord WRONG_DATA = new StatusWord(0x6A80);
    public static final StatusWord FILE_NOT_FOUND = new StatusWord(0x6A82);

    public StatusWord {
        if ((value & ~0xFFFF) != 0) {
            throw new IllegalArgumentException("a status word has two octets");
        }
    }

    public boolean isSuccess() {
        return value == 0x9000;
    }

    public int sw1() {
        return value >> 8;
    }

    public int sw2() {
        return value & 0xFF;
    }

    @Override
    public String toString() {
        return "%04X".formatted(value);
    }
}
