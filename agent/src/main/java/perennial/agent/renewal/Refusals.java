// SPDX-License-Identifier: Apache-2.0
package perennial.agent.renewal;

import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;

/// What a holder is told when the registration authority says no.
final class Refusals {
    private Refusals() {}

    /// A registration authority of this project begins its text with the problem's code; of any
    /// other only the PKIFailureInfo counts (RFC 9810 5.2.3).
    static Problem problem(FailInfo reason, String text) {
        return Problem.atStartOf(text).orElseGet(() -> of(reason));
    }

    private static Problem of(FailInfo reason) {
        return switch (reason) {
            case certRevoked -> Problem.REVOKED;
            case badCertId -> Problem.UNKNOWN_CERTIFICATE;
            case wrongAuthority -> Problem.FOREIGN_ISSUER;
            case certConfirmed -> Problem.SUPERSEDED;
            case badAlg, badPOP, badCertTemplate -> Problem.KEY_NOT_ALLOWED;
            case badMessageCheck,
                    badRequest,
                    badTime,
                    badDataFormat,
                    incorrectData,
                    missingTimeStamp,
                    wrongIntegrity,
                    badRecipientNonce,
                    timeNotAvailable,
                    unacceptedPolicy,
                    unacceptedExtension,
                    addInfoNotAvailable,
                    badSenderNonce,
                    signerNotTrusted,
                    transactionIdInUse,
                    unsupportedVersion,
                    notAuthorized,
                    systemUnavail,
                    systemFailure,
                    duplicateCertReq ->
                    Problem.RA_REFUSED;
        };
    }
}
