// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.cmp.PKIStatus;
import org.bouncycastle.asn1.cmp.PKIStatusInfo;
import perennial.core.authority.FailInfo;
import perennial.core.renewal.PermissionOutcome;
import perennial.core.renewal.ReKeyPermission;

/// `ReKeyPermissionRep` of `docs/cmp.md` and the value.
final class PermissionSyntax {
    private static final int PERMISSION = 0;
    private static final int CHECK_AFTER = 1;

    private PermissionSyntax() {}

    static ASN1Encodable encoded(PermissionOutcome outcome) {
        ASN1EncodableVector parts = new ASN1EncodableVector();
        switch (outcome) {
            case PermissionOutcome.Granted(ReKeyPermission permission) -> {
                // Copies: the permission may be closed before the message is written.
                parts.add(new PKIStatusInfo(PKIStatus.granted));
                parts.add(
                        new DERTaggedObject(
                                PERMISSION,
                                new DERSequence(
                                        new ASN1Encodable[] {
                                            new DEROctetString(permission.reference().clone()),
                                            new DEROctetString(permission.secret().clone())
                                        })));
            }
            case PermissionOutcome.Waiting(var retryAfter) -> {
                parts.add(new PKIStatusInfo(PKIStatus.waiting));
                parts.add(new DERTaggedObject(CHECK_AFTER, CmpBodies.checkAfter(retryAfter)));
            }
            case PermissionOutcome.Refused(var reason, var text) ->
                    parts.add(CmpBodies.refusal(reason, text));
        }
        return new DERSequence(parts);
    }

    /// To be called where decoding may fail.
    static PermissionOutcome read(ASN1Encodable value) {
        ASN1Sequence parts = ASN1Sequence.getInstance(value);
        PKIStatusInfo status = PKIStatusInfo.getInstance(parts.getObjectAt(0));
        int code = status.getStatus().intValueExact();
        if (code == PKIStatus.REJECTION) {
            return new PermissionOutcome.Refused(
                    CmpBodies.failInfo(status.getFailInfo()), CmpBodies.text(status));
        }
        ASN1TaggedObject part = ASN1TaggedObject.getInstance(parts.getObjectAt(1));
        if (code == PKIStatus.GRANTED && part.hasContextTag(PERMISSION)) {
            ASN1Sequence permission = ASN1Sequence.getInstance(part, true);
            return new PermissionOutcome.Granted(
                    new ReKeyPermission(
                            octets(permission.getObjectAt(0)), octets(permission.getObjectAt(1))));
        }
        if (code == PKIStatus.WAITING && part.hasContextTag(CHECK_AFTER)) {
            return new PermissionOutcome.Waiting(
                    CmpBodies.checkAfter(ASN1Integer.getInstance(part, true)));
        }
        throw new InvalidMessageException(FailInfo.badDataFormat, "status " + code);
    }

    private static byte[] octets(ASN1Encodable value) {
        return ASN1OctetString.getInstance(value).getOctets().clone();
    }
}
