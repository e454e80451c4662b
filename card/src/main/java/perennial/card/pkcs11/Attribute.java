// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// CK_ATTRIBUTE: one property of an object.
///
/// @param type one of [Ck]'s CKA numbers
/// @param value as the standard encodes it, but an unsigned number is eight octets big-endian here,
///   whatever the platform's width is; taken over, not copied
public record Attribute(long type, byte[] value) {
    public static Attribute of(long type, boolean value) {
        return new Attribute(type, new byte[] {(byte) (value ? 1 : 0)});
    }

    public static Attribute of(long type, long value) {
        return new Attribute(type, number(value));
    }

    /// In UTF-8.
    public static Attribute of(long type, String value) {
        return new Attribute(type, value.getBytes(StandardCharsets.UTF_8));
    }

    /// Whether the value is a CK_ULONG.
    static boolean isNumber(long type) {
        return type == Ck.CKA_CLASS
                || type == Ck.CKA_CERTIFICATE_TYPE
                || type == Ck.CKA_CERTIFICATE_CATEGORY
                || type == Ck.CKA_KEY_TYPE
                || type == Ck.CKA_MODULUS_BITS
                || type == Ck.CKA_VALUE_LEN
                || type == Ck.CKA_KEY_GEN_MECHANISM;
    }

    static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }
}
