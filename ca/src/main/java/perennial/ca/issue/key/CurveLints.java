// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.key;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import perennial.ca.issue.lint.Lint;

/// Points, and the curves that they have to be on.
final class CurveLints {
    private static final byte UNCOMPRESSED = 4;

    private static final Set<ASN1ObjectIdentifier> CURVES =
            Set.of(SECObjectIdentifiers.secp256r1, SECObjectIdentifiers.secp384r1);

    static final List<Lint<SubjectKey>> ALL =
            List.of(
                    new Lint<>(
                            "EC key is on the named curve P-256 or P-384",
                            "RFC 5480 2.1.1",
                            CurveLints::namedCurve),
                    new Lint<>(
                            "EC key is an uncompressed point of its curve, not infinity",
                            "RFC 5480 2.2, NIST SP 800-56A 5.6.2.3",
                            CurveLints::point),
                    new Lint<>(
                            "Ed25519 key is a point of the whole order",
                            "RFC 8032 5.1, 5.1.3",
                            CurveLints::edwardsPoint));

    private CurveLints() {}

    private static boolean isEc(SubjectKey key) {
        return key.algorithm().equals(X9ObjectIdentifiers.id_ecPublicKey);
    }

    private static Optional<ASN1ObjectIdentifier> curve(SubjectKey key) {
        return Optional.ofNullable(key.read().getAlgorithm().getParameters())
                .filter(ASN1ObjectIdentifier.class::isInstance)
                .map(ASN1ObjectIdentifier.class::cast)
                .filter(CURVES::contains);
    }

    private static Optional<String> namedCurve(SubjectKey key) {
        return isEc(key) && curve(key).isEmpty()
                ? Optional.of("another curve, or one described by its numbers")
                : Optional.empty();
    }

    private static Optional<String> point(SubjectKey key) {
        if (!isEc(key) || curve(key).isEmpty()) {
            return Optional.empty();
        }
        byte[] octets = key.read().getPublicKeyData().getBytes();
        if (octets.length == 0 || octets[0] != UNCOMPRESSED) {
            return Optional.of("compressed, infinity, or nothing");
        }
        ECPoint point = CustomNamedCurves.getByOID(curve(key).get()).getCurve().decodePoint(octets);
        return point.isInfinity() || !point.isValid()
                ? Optional.of("no point of the curve")
                : Optional.empty();
    }

    /// A point of small order has no private key of its own: signatures under it verify for anyone.
    private static Optional<String> edwardsPoint(SubjectKey key) {
        if (!key.algorithm().equals(EdECObjectIdentifiers.id_Ed25519)) {
            return Optional.empty();
        }
        byte[] octets = key.read().getPublicKeyData().getBytes();
        return octets.length == Ed25519.PUBLIC_KEY_SIZE && Ed25519.validatePublicKeyFull(octets, 0)
                ? Optional.empty()
                : Optional.of("of another order, or no point at all");
    }
}
