// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.http;

import perennial.core.authority.FailInfo;

/// Which HTTP status tells a client that its request was refused for this reason.
public final class RefusalStatus {
    private RefusalStatus() {}

    /// 403 when another client could ask, 409 when it could be asked at another time, 503 when
    /// asking again helps, 500 when we are wrong, 400 for everything else.
    public static int of(FailInfo reason) {
        return switch (reason) {
            case notAuthorized, signerNotTrusted, wrongAuthority, certRevoked -> 403;
            case badTime, duplicateCertReq, certConfirmed, transactionIdInUse -> 409;
            case systemUnavail -> 503;
            case systemFailure -> 500;
            default -> 400;
        };
    }
}
