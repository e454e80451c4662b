// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Enumerated;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERSequence;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.RevocationReason;

/// `CertificateStatusRep` of `docs/cmp.md` and the value.
final class StatusSyntax {
    private static final int GOOD = 0;
    private static final int REVOKED = 1;
    private static final int UNKNOWN = 2;

    private StatusSyntax() {}

    static ASN1Encodable encoded(CertStatus status) {
        ASN1EncodableVector parts = new ASN1EncodableVector();
        switch (status) {
            case CertStatus.Good ignored -> parts.add(new ASN1Enumerated(GOOD));
            case CertStatus.Revoked(var time, var reason) -> {
                parts.add(new ASN1Enumerated(REVOKED));
                parts.add(MessageTime.of(time));
                parts.add(new ASN1Enumerated(reason.code()));
            }
            case CertStatus.Unknown ignored -> parts.add(new ASN1Enumerated(UNKNOWN));
        }
        return new DERSequence(parts);
    }

    /// To be called where decoding may fail.
    static CertStatus read(ASN1Encodable value) {
        ASN1Sequence parts = ASN1Sequence.getInstance(value);
        return switch (ASN1Enumerated.getInstance(parts.getObjectAt(0)).intValueExact()) {
            case GOOD -> new CertStatus.Good();
            case REVOKED ->
                    new CertStatus.Revoked(
                            MessageTime.read(ASN1GeneralizedTime.getInstance(parts.getObjectAt(1))),
                            RevocationReason.ofCode(
                                            ASN1Enumerated.getInstance(parts.getObjectAt(2))
                                                    .intValueExact())
                                    .orElse(RevocationReason.UNSPECIFIED));
            case UNKNOWN -> new CertStatus.Unknown();
            default ->
                    throw new InvalidMessageException(
                            FailInfo.badDataFormat, "a status of an unknown kind");
        };
    }
}
