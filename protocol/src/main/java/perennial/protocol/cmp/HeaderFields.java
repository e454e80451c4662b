// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1UTF8String;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.cmp.CMPObjectIdentifiers;
import org.bouncycastle.asn1.cmp.InfoTypeAndValue;
import org.bouncycastle.asn1.cmp.PKIHeader;
import perennial.core.authority.FailInfo;

/// The header's generalInfo (RFC 9810 5.1.1).
final class HeaderFields {
    private static final int MAX_PROFILE_LENGTH = 64;

    private HeaderFields() {}

    static boolean asksForImplicitConfirm(PKIHeader header) {
        return find(header, CMPObjectIdentifiers.it_implicitConfirm).isPresent();
    }

    /// The certProfile, one as there is one request (RFC 9810 5.1.1.4).
    static Optional<String> profile(PKIHeader header) {
        return find(header, CMPObjectIdentifiers.id_it_certProfile)
                .map(info ->
                        ReceivedMessage.decoded("certProfile", () -> profile(info.getInfoValue())));
    }

    private static String profile(ASN1Encodable value) {
        ASN1Sequence names = ASN1Sequence.getInstance(value);
        if (names.size() != 1) {
            throw new InvalidMessageException(
                    FailInfo.badRequest, "expected one certProfile, got " + names.size());
        }
        String name = ASN1UTF8String.getInstance(names.getObjectAt(0)).getString();
        if (name.length() > MAX_PROFILE_LENGTH) {
            throw new InvalidMessageException(
                    FailInfo.badRequest, "certProfile of %d characters".formatted(name.length()));
        }
        return name;
    }

    static InfoTypeAndValue implicitConfirm() {
        return new InfoTypeAndValue(CMPObjectIdentifiers.it_implicitConfirm, DERNull.INSTANCE);
    }

    /// Until when the confirmation is waited for (RFC 9810 5.1.1.2).
    static InfoTypeAndValue confirmWaitTime(Instant until) {
        return new InfoTypeAndValue(CMPObjectIdentifiers.it_confirmWaitTime, MessageTime.of(until));
    }

    static InfoTypeAndValue profile(String name) {
        return new InfoTypeAndValue(
                CMPObjectIdentifiers.id_it_certProfile, new DERSequence(new DERUTF8String(name)));
    }

    private static Optional<InfoTypeAndValue> find(PKIHeader header, ASN1ObjectIdentifier type) {
        return ReceivedMessage.decoded(
                "generalInfo",
                () ->
                        Optional.ofNullable(header.getGeneralInfo()).stream()
                                .flatMap(Arrays::stream)
                                .filter(one -> one.getInfoType().equals(type))
                                .findFirst());
    }
}
