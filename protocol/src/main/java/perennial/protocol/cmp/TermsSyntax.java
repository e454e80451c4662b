// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Enumerated;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.cmp.CMPCertificate;
import org.bouncycastle.asn1.cmp.CMPObjectIdentifiers;
import org.bouncycastle.asn1.crmf.AttributeTypeAndValue;
import org.bouncycastle.asn1.crmf.Controls;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyAlgorithm;
import perennial.core.renewal.RenewalId;
import perennial.core.renewal.RenewalKind;
import perennial.core.renewal.RenewalTerms;

/// `RenewalTerms` of `docs/cmp.md` and the value. The kind of key is said as in the keySpec of RFC
/// 9483 4.3.3: by the controls algId or rsaKeyLen.
final class TermsSyntax {
    private static final int KEY_SPEC = 0;
    private static final int IN_FLIGHT = 1;

    private TermsSyntax() {}

    static ASN1Encodable encoded(RenewalTerms terms) {
        ASN1EncodableVector parts = new ASN1EncodableVector();
        parts.add(
                new ASN1Enumerated(
                        switch (terms.kind()) {
                            case RENEWAL -> 0;
                            case RE_KEY -> 1;
                        }));
        terms.newKey()
                .ifPresent(
                        key -> parts.add(new DERTaggedObject(KEY_SPEC, new Controls(spec(key)))));
        terms.inFlight()
                .ifPresent(flight ->
                        parts.add(
                                new DERTaggedObject(
                                        IN_FLIGHT,
                                        new DERSequence(
                                                new ASN1Encodable[] {
                                                    new DEROctetString(flight.id().octets()),
                                                    CMPCertificate.getInstance(flight.old().der())
                                                }))));
        return new DERSequence(parts);
    }

    /// To be called where decoding may fail. Parts behind those known are left for later versions.
    static RenewalTerms read(ASN1Encodable value) {
        ASN1Sequence parts = ASN1Sequence.getInstance(value);
        RenewalKind kind =
                switch (ASN1Enumerated.getInstance(parts.getObjectAt(0)).intValueExact()) {
                    case 0 -> RenewalKind.RENEWAL;
                    case 1 -> RenewalKind.RE_KEY;
                    default ->
                            throw new InvalidMessageException(
                                    FailInfo.badDataFormat, "renewal of an unknown kind");
                };
        Optional<KeyAlgorithm> newKey = Optional.empty();
        Optional<RenewalTerms.InFlight> inFlight = Optional.empty();
        for (int i = 1; i < parts.size(); i++) {
            ASN1TaggedObject part = ASN1TaggedObject.getInstance(parts.getObjectAt(i));
            switch (part.getTagNo()) {
                case KEY_SPEC ->
                        newKey =
                                Optional.of(
                                        algorithm(
                                                Controls.getInstance(
                                                        part.getExplicitBaseObject())));
                case IN_FLIGHT ->
                        inFlight = Optional.of(inFlight(ASN1Sequence.getInstance(part, true)));
                default -> {}
            }
        }
        return new RenewalTerms(kind, newKey, inFlight);
    }

    private static RenewalTerms.InFlight inFlight(ASN1Sequence parts) {
        return new RenewalTerms.InFlight(
                RenewalId.ofOctets(ASN1OctetString.getInstance(parts.getObjectAt(0)).getOctets()),
                Certificate.ofDer(ReceivedMessage.der(parts.getObjectAt(1))));
    }

    static AttributeTypeAndValue spec(KeyAlgorithm algorithm) {
        return switch (algorithm) {
            case RSA_2048 -> rsa(2048);
            case RSA_3072 -> rsa(3072);
            case P_256 -> ec(SECObjectIdentifiers.secp256r1);
            case P_384 -> ec(SECObjectIdentifiers.secp384r1);
        };
    }

    private static AttributeTypeAndValue rsa(int bits) {
        return new AttributeTypeAndValue(
                CMPObjectIdentifiers.id_regCtrl_rsaKeyLen, new ASN1Integer(bits));
    }

    private static AttributeTypeAndValue ec(ASN1ObjectIdentifier curve) {
        return new AttributeTypeAndValue(
                CMPObjectIdentifiers.id_regCtrl_algId,
                new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curve));
    }

    /// One that is not known here must not be taken for "any": a card may be able to make only one
    /// key more.
    private static KeyAlgorithm algorithm(Controls controls) {
        byte[] wanted = ReceivedMessage.der(controls);
        for (KeyAlgorithm algorithm : KeyAlgorithm.values()) {
            if (Arrays.equals(wanted, ReceivedMessage.der(new Controls(spec(algorithm))))) {
                return algorithm;
            }
        }
        throw new InvalidMessageException(FailInfo.badAlg, "a key of an unknown kind is wanted");
    }
}
