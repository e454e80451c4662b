// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

/// CK_USER_TYPE: who logs in.
public enum UserType {
    /// CKU_SO, the security officer.
    SECURITY_OFFICER(0),
    /// CKU_USER, the holder.
    USER(1),
    /// CKU_CONTEXT_SPECIFIC: the holder once more, for the operation just begun.
    CONTEXT_SPECIFIC(2);

    private final long number;

    UserType(long number) {
        this.number = number;
    }

    long number() {
        return number;
    }
}
