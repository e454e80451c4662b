// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

/// The functions that we call, with their places in CK_FUNCTION_LIST and their arguments: `n` a
/// CK_ULONG, `b` a CK_BBOOL, `p` a pointer (PKCS #11 v2.40, `pkcs11f.h`).
enum NativeFunction {
    INITIALIZE(0, "C_Initialize", "p"),
    FINALIZE(1, "C_Finalize", "p"),
    GET_INFO(2, "C_GetInfo", "p"),
    GET_SLOT_LIST(4, "C_GetSlotList", "bpp"),
    GET_SLOT_INFO(5, "C_GetSlotInfo", "np"),
    GET_TOKEN_INFO(6, "C_GetTokenInfo", "np"),
    GET_MECHANISM_LIST(7, "C_GetMechanismList", "npp"),
    GET_MECHANISM_INFO(8, "C_GetMechanismInfo", "nnp"),
    INIT_TOKEN(9, "C_InitToken", "npnp"),
    INIT_PIN(10, "C_InitPIN", "npn"),
    SET_PIN(11, "C_SetPIN", "npnpn"),
    OPEN_SESSION(12, "C_OpenSession", "nnppp"),
    CLOSE_SESSION(13, "C_CloseSession", "n"),
    CLOSE_ALL_SESSIONS(14, "C_CloseAllSessions", "n"),
    LOGIN(18, "C_Login", "nnpn"),
    LOGOUT(19, "C_Logout", "n"),
    CREATE_OBJECT(20, "C_CreateObject", "npnp"),
    DESTROY_OBJECT(22, "C_DestroyObject", "nn"),
    GET_ATTRIBUTE_VALUE(24, "C_GetAttributeValue", "nnpn"),
    SET_ATTRIBUTE_VALUE(25, "C_SetAttributeValue", "nnpn"),
    FIND_OBJECTS_INIT(26, "C_FindObjectsInit", "npn"),
    FIND_OBJECTS(27, "C_FindObjects", "npnp"),
    FIND_OBJECTS_FINAL(28, "C_FindObjectsFinal", "n"),
    DECRYPT_INIT(33, "C_DecryptInit", "npn"),
    DECRYPT(34, "C_Decrypt", "npnpp"),
    SIGN_INIT(42, "C_SignInit", "npn"),
    SIGN(43, "C_Sign", "npnpp"),
    GENERATE_KEY_PAIR(59, "C_GenerateKeyPair", "nppnpnpp"),
    DERIVE_KEY(62, "C_DeriveKey", "npnpnp"),
    GENERATE_RANDOM(64, "C_GenerateRandom", "npn"),
    WAIT_FOR_SLOT_EVENT(67, "C_WaitForSlotEvent", "npp");

    /// Pointers in CK_FUNCTION_LIST.
    static final int COUNT = 68;

    private final int place;
    private final String standardName;
    private final String arguments;

    NativeFunction(int place, String standardName, String arguments) {
        this.place = place;
        this.standardName = standardName;
        this.arguments = arguments;
    }

    int place() {
        return place;
    }

    String standardName() {
        return standardName;
    }

    String arguments() {
        return arguments;
    }
}
