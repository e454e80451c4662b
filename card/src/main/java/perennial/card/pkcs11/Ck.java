// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

/// The numbers of the standard that we use, under its names (PKCS #11 v2.40, `pkcs11t.h`).
public final class Ck {
    public static final long UNAVAILABLE_INFORMATION = -1;

    public static final long CKF_TOKEN_PRESENT = 0x01;

    public static final long CKF_WRITE_PROTECTED = 0x02;
    public static final long CKF_LOGIN_REQUIRED = 0x04;
    public static final long CKF_USER_PIN_INITIALIZED = 0x08;
    public static final long CKF_TOKEN_INITIALIZED = 0x400;
    public static final long CKF_USER_PIN_COUNT_LOW = 0x10000;
    public static final long CKF_USER_PIN_FINAL_TRY = 0x20000;
    public static final long CKF_USER_PIN_LOCKED = 0x40000;
    public static final long CKF_SO_PIN_COUNT_LOW = 0x100000;
    public static final long CKF_SO_PIN_FINAL_TRY = 0x200000;
    public static final long CKF_SO_PIN_LOCKED = 0x400000;

    public static final long CKF_RW_SESSION = 0x02;
    public static final long CKF_SERIAL_SESSION = 0x04;
    public static final long CKF_DONT_BLOCK = 0x01;
    public static final long CKF_GENERATE_KEY_PAIR = 0x10000;

    public static final long CKO_DATA = 0;
    public static final long CKO_CERTIFICATE = 1;
    public static final long CKO_PUBLIC_KEY = 2;
    public static final long CKO_PRIVATE_KEY = 3;
    public static final long CKO_SECRET_KEY = 4;

    public static final long CKC_X_509 = 0;

    public static final long CKK_RSA = 0;
    public static final long CKK_EC = 3;
    public static final long CKK_EC_EDWARDS = 0x40;
    public static final long CKK_GENERIC_SECRET = 0x10;

    public static final long CKA_CLASS = 0x00;
    public static final long CKA_TOKEN = 0x01;
    public static final long CKA_PRIVATE = 0x02;
    public static final long CKA_LABEL = 0x03;
    public static final long CKA_APPLICATION = 0x10;
    public static final long CKA_VALUE = 0x11;
    public static final long CKA_CERTIFICATE_TYPE = 0x80;
    public static final long CKA_ISSUER = 0x81;
    public static final long CKA_SERIAL_NUMBER = 0x82;
    public static final long CKA_CERTIFICATE_CATEGORY = 0x87;
    public static final long CKA_KEY_TYPE = 0x100;
    public static final long CKA_SUBJECT = 0x101;
    public static final long CKA_ID = 0x102;
    public static final long CKA_SENSITIVE = 0x103;
    public static final long CKA_ENCRYPT = 0x104;
    public static final long CKA_DECRYPT = 0x105;
    public static final long CKA_SIGN = 0x108;
    public static final long CKA_VERIFY = 0x10A;
    public static final long CKA_DERIVE = 0x10C;
    public static final long CKA_MODULUS = 0x120;
    public static final long CKA_MODULUS_BITS = 0x121;
    public static final long CKA_PUBLIC_EXPONENT = 0x122;
    public static final long CKA_VALUE_LEN = 0x161;
    public static final long CKA_EXTRACTABLE = 0x162;
    public static final long CKA_KEY_GEN_MECHANISM = 0x166;
    public static final long CKA_EC_PARAMS = 0x180;
    public static final long CKA_EC_POINT = 0x181;
    public static final long CKA_ALWAYS_AUTHENTICATE = 0x202;

    public static final long CKM_RSA_PKCS_KEY_PAIR_GEN = 0x00;
    public static final long CKM_RSA_PKCS = 0x01;
    public static final long CKM_RSA_X_509 = 0x03;
    public static final long CKM_RSA_PKCS_OAEP = 0x09;
    public static final long CKM_RSA_PKCS_PSS = 0x0D;
    public static final long CKM_SHA256_RSA_PKCS = 0x40;
    public static final long CKM_SHA256 = 0x250;
    public static final long CKM_EC_KEY_PAIR_GEN = 0x1040;
    public static final long CKM_ECDSA = 0x1041;

    /// This and EdDSA are v3.0's; modules of v2.40 have them by the same numbers.
    public static final long CKM_EC_EDWARDS_KEY_PAIR_GEN = 0x1055;

    public static final long CKM_EDDSA = 0x1057;
    public static final long CKM_ECDH1_DERIVE = 0x1050;

    public static final long CKG_MGF1_SHA256 = 0x02;
    public static final long CKZ_DATA_SPECIFIED = 0x01;
    public static final long CKD_NULL = 0x01;

    private Ck() {}
}
