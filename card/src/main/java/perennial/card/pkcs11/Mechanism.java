// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

/// CK_MECHANISM: how a key is used or made.
public sealed interface Mechanism {
    /// One of [Ck]'s CKM numbers.
    long type();

    /// Without a parameter.
    record Plain(long type) implements Mechanism {}

    /// RSASSA-PSS of a digest (CK_RSA_PKCS_PSS_PARAMS).
    ///
    /// @param hash CKM number of the digest
    /// @param mask CKG number
    /// @param saltLength octets
    record Pss(long hash, long mask, long saltLength) implements Mechanism {
        @Override
        public long type() {
            return Ck.CKM_RSA_PKCS_PSS;
        }
    }

    /// RSAES-OAEP with an empty label (CK_RSA_PKCS_OAEP_PARAMS).
    ///
    /// @param hash CKM number of the digest
    /// @param mask CKG number
    record Oaep(long hash, long mask) implements Mechanism {
        @Override
        public long type() {
            return Ck.CKM_RSA_PKCS_OAEP;
        }
    }

    /// ECDH without key derivation function (CK_ECDH1_DERIVE_PARAMS).
    ///
    /// @param point the other side's, uncompressed
    record Ecdh1(byte[] point) implements Mechanism {
        @Override
        public long type() {
            return Ck.CKM_ECDH1_DERIVE;
        }
    }
}
