// SPDX-License-Identifier: Apache-2.0
package perennial.core.authority;

import java.util.Arrays;
import java.util.Optional;

/// PKIFailureInfo with its bit numbers; names are the ASN.1 identifiers (RFC 9810 5.2.3).
public enum FailInfo {
    badAlg(0),
    badMessageCheck(1),
    badRequest(2),
    badTime(3),
    badCertId(4),
    badDataFormat(5),
    wrongAuthority(6),
    incorrectData(7),
    missingTimeStamp(8),
    badPOP(9),
    certRevoked(10),
    certConfirmed(11),
    wrongIntegrity(12),
    badRecipientNonce(13),
    timeNotAvailable(14),
    unacceptedPolicy(15),
    unacceptedExtension(16),
    addInfoNotAvailable(17),
    badSenderNonce(18),
    badCertTemplate(19),
    signerNotTrusted(20),
    transactionIdInUse(21),
    unsupportedVersion(22),
    notAuthorized(23),
    systemUnavail(24),
    systemFailure(25),
    duplicateCertReq(26);

    private final int bit;

    FailInfo(int bit) {
        this.bit = bit;
    }

    /// The bit's number, counted from the first bit of the BIT STRING.
    public int bit() {
        return bit;
    }

    public static Optional<FailInfo> ofBit(int bit) {
        return Arrays.stream(values()).filter(info -> info.bit == bit).findFirst();
    }
}
