// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import org.bouncycastle.asn1.cmp.PKIBody;

/// The messages by which a certificate is asked for (RFC 9810 5.1.2, RFC 9483 4.1).
public enum RequestKind {
    /// Initialization: the first certificate of somebody whom this authority does not know yet.
    IR(PKIBody.TYPE_INIT_REP, 0),
    /// Certification: one more certificate of somebody known, or asked for by a registration
    /// authority.
    CR(PKIBody.TYPE_CERT_REP, 0),
    /// The same in PKCS #10.
    P10CR(PKIBody.TYPE_CERT_REP, -1),
    /// Key update: a certificate in place of another.
    KUR(PKIBody.TYPE_KEY_UPDATE_REP, 0);

    private final int reply;
    private final int certReqId;

    RequestKind(int reply, int certReqId) {
        this.reply = reply;
        this.certReqId = certReqId;
    }

    /// The type of the body that answers it.
    int reply() {
        return reply;
    }

    /// PKCS #10 has no certReqId; then it is -1 wherever one is asked for (RFC 9483 4.1.4).
    int certReqId() {
        return certReqId;
    }
}
