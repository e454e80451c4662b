// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.util.Map;

/// CK_RV: what a library says to a call (PKCS #11 v2.40 base, 5.1).
public record ReturnCode(long value) {
    public static final ReturnCode OK = new ReturnCode(0);
    public static final ReturnCode GENERAL_ERROR = new ReturnCode(0x05);
    public static final ReturnCode FUNCTION_FAILED = new ReturnCode(0x06);
    public static final ReturnCode NO_EVENT = new ReturnCode(0x08);
    public static final ReturnCode ATTRIBUTE_READ_ONLY = new ReturnCode(0x10);
    public static final ReturnCode ATTRIBUTE_SENSITIVE = new ReturnCode(0x11);
    public static final ReturnCode ATTRIBUTE_TYPE_INVALID = new ReturnCode(0x12);
    public static final ReturnCode ATTRIBUTE_VALUE_INVALID = new ReturnCode(0x13);
    public static final ReturnCode ACTION_PROHIBITED = new ReturnCode(0x1B);
    public static final ReturnCode DEVICE_ERROR = new ReturnCode(0x30);
    public static final ReturnCode DEVICE_MEMORY = new ReturnCode(0x31);
    public static final ReturnCode DEVICE_REMOVED = new ReturnCode(0x32);
    public static final ReturnCode FUNCTION_NOT_SUPPORTED = new ReturnCode(0x54);
    public static final ReturnCode KEY_TYPE_INCONSISTENT = new ReturnCode(0x63);
    public static final ReturnCode KEY_FUNCTION_NOT_PERMITTED = new ReturnCode(0x68);
    public static final ReturnCode MECHANISM_INVALID = new ReturnCode(0x70);
    public static final ReturnCode OBJECT_HANDLE_INVALID = new ReturnCode(0x82);
    public static final ReturnCode PIN_INCORRECT = new ReturnCode(0xA0);
    public static final ReturnCode PIN_INVALID = new ReturnCode(0xA1);
    public static final ReturnCode PIN_LEN_RANGE = new ReturnCode(0xA2);
    public static final ReturnCode PIN_EXPIRED = new ReturnCode(0xA3);
    public static final ReturnCode PIN_LOCKED = new ReturnCode(0xA4);
    public static final ReturnCode SESSION_CLOSED = new ReturnCode(0xB0);
    public static final ReturnCode SESSION_HANDLE_INVALID = new ReturnCode(0xB3);
    public static final ReturnCode SESSION_READ_ONLY = new ReturnCode(0xB5);
    public static final ReturnCode TEMPLATE_INCOMPLETE = new ReturnCode(0xD0);
    public static final ReturnCode TEMPLATE_INCONSISTENT = new ReturnCode(0xD1);
    public static final ReturnCode TOKEN_NOT_PRESENT = new ReturnCode(0xE0);
    public static final ReturnCode TOKEN_NOT_RECOGNIZED = new ReturnCode(0xE1);
    public static final ReturnCode TOKEN_WRITE_PROTECTED = new ReturnCode(0xE2);
    public static final ReturnCode USER_ALREADY_LOGGED_IN = new ReturnCode(0x100);
    public static final ReturnCode USER_NOT_LOGGED_IN = new ReturnCode(0x101);
    public static final ReturnCode USER_PIN_NOT_INITIALIZED = new ReturnCode(0x102);
    public static final ReturnCode USER_TYPE_INVALID = new ReturnCode(0x103);
    public static final ReturnCode CRYPTOKI_NOT_INITIALIZED = new ReturnCode(0x190);
    public static final ReturnCode CRYPTOKI_ALREADY_INITIALIZED = new ReturnCode(0x191);

    private static final Map<Long, String> NAMES =
            Map.ofEntries(
                    Map.entry(0x00L, "OK"),
                    Map.entry(0x02L, "HOST_MEMORY"),
                    Map.entry(0x03L, "SLOT_ID_INVALID"),
                    Map.entry(0x05L, "GENERAL_ERROR"),
                    Map.entry(0x06L, "FUNCTION_FAILED"),
                    Map.entry(0x07L, "ARGUMENTS_BAD"),
                    Map.entry(0x08L, "NO_EVENT"),
                    Map.entry(0x10L, "ATTRIBUTE_READ_ONLY"),
                    Map.entry(0x11L, "ATTRIBUTE_SENSITIVE"),
                    Map.entry(0x12L, "ATTRIBUTE_TYPE_INVALID"),
                    Map.entry(0x13L, "ATTRIBUTE_VALUE_INVALID"),
                    Map.entry(0x1BL, "ACTION_PROHIBITED"),
                    Map.entry(0x20L, "DATA_INVALID"),
                    Map.entry(0x21L, "DATA_LEN_RANGE"),
                    Map.entry(0x30L, "DEVICE_ERROR"),
                    Map.entry(0x31L, "DEVICE_MEMORY"),
                    Map.entry(0x32L, "DEVICE_REMOVED"),
                    Map.entry(0x40L, "ENCRYPTED_DATA_INVALID"),
                    Map.entry(0x41L, "ENCRYPTED_DATA_LEN_RANGE"),
                    Map.entry(0x50L, "FUNCTION_CANCELED"),
                    Map.entry(0x54L, "FUNCTION_NOT_SUPPORTED"),
                    Map.entry(0x60L, "KEY_HANDLE_INVALID"),
                    Map.entry(0x62L, "KEY_SIZE_RANGE"),
                    Map.entry(0x63L, "KEY_TYPE_INCONSISTENT"),
                    Map.entry(0x68L, "KEY_FUNCTION_NOT_PERMITTED"),
                    Map.entry(0x70L, "MECHANISM_INVALID"),
                    Map.entry(0x71L, "MECHANISM_PARAM_INVALID"),
                    Map.entry(0x82L, "OBJECT_HANDLE_INVALID"),
                    Map.entry(0x90L, "OPERATION_ACTIVE"),
                    Map.entry(0x91L, "OPERATION_NOT_INITIALIZED"),
                    Map.entry(0xA0L, "PIN_INCORRECT"),
                    Map.entry(0xA1L, "PIN_INVALID"),
                    Map.entry(0xA2L, "PIN_LEN_RANGE"),
                    Map.entry(0xA3L, "PIN_EXPIRED"),
                    Map.entry(0xA4L, "PIN_LOCKED"),
                    Map.entry(0xB0L, "SESSION_CLOSED"),
                    Map.entry(0xB1L, "SESSION_COUNT"),
                    Map.entry(0xB3L, "SESSION_HANDLE_INVALID"),
                    Map.entry(0xB5L, "SESSION_READ_ONLY"),
                    Map.entry(0xB6L, "SESSION_EXISTS"),
                    Map.entry(0xB7L, "SESSION_READ_ONLY_EXISTS"),
                    Map.entry(0xB8L, "SESSION_READ_WRITE_SO_EXISTS"),
                    Map.entry(0xD0L, "TEMPLATE_INCOMPLETE"),
                    Map.entry(0xD1L, "TEMPLATE_INCONSISTENT"),
                    Map.entry(0xE0L, "TOKEN_NOT_PRESENT"),
                    Map.entry(0xE1L, "TOKEN_NOT_RECOGNIZED"),
                    Map.entry(0xE2L, "TOKEN_WRITE_PROTECTED"),
                    Map.entry(0x100L, "USER_ALREADY_LOGGED_IN"),
                    Map.entry(0x101L, "USER_NOT_LOGGED_IN"),
                    Map.entry(0x102L, "USER_PIN_NOT_INITIALIZED"),
                    Map.entry(0x103L, "USER_TYPE_INVALID"),
                    Map.entry(0x104L, "USER_ANOTHER_ALREADY_LOGGED_IN"),
                    Map.entry(0x150L, "BUFFER_TOO_SMALL"),
                    Map.entry(0x190L, "CRYPTOKI_NOT_INITIALIZED"),
                    Map.entry(0x191L, "CRYPTOKI_ALREADY_INITIALIZED"),
                    Map.entry(0x200L, "FUNCTION_REJECTED"));

    /// The standard's name, `CKR_PIN_INCORRECT`, or the number in hexadecimal.
    @Override
    public String toString() {
        String name = NAMES.get(value);
        return name == null ? "CKR %08X".formatted(value) : "CKR_" + name;
    }
}
