// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.key;

import java.security.PublicKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Null;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import perennial.ca.issue.lint.Lint;

/// Which algorithms keys are of, and how their identifiers are written.
final class AlgorithmLints {
    private static final Map<ASN1ObjectIdentifier, String> HOLDERS_ALGORITHMS =
            Map.of(
                    PKCSObjectIdentifiers.rsaEncryption, "RSA",
                    X9ObjectIdentifiers.id_ecPublicKey, "EC",
                    EdECObjectIdentifiers.id_Ed25519, "Ed25519");

    private static final Set<ASN1ObjectIdentifier> WITHOUT_PARAMETERS =
            Set.of(
                    EdECObjectIdentifiers.id_Ed25519,
                    NISTObjectIdentifiers.id_ml_dsa_44,
                    NISTObjectIdentifiers.id_ml_dsa_65,
                    NISTObjectIdentifiers.id_ml_dsa_87);

    /// What cannot be read cannot be looked at any further.
    static final Lint<PublicKey> READABLE =
            new Lint<>(
                    "key is a SubjectPublicKeyInfo",
                    "RFC 5280 4.1.2.7",
                    key -> {
                        var _ = SubjectKey.of(key);
                        return Optional.empty();
                    });

    static final Lint<PublicKey> HOLDERS =
            new Lint<>(
                    "a holder's key is RSA, EC or Ed25519",
                    "RFC 3647 outline 6.1.5, 7.1.3",
                    key ->
                            HOLDERS_ALGORITHMS.containsKey(SubjectKey.of(key).algorithm())
                                    ? Optional.empty()
                                    : Optional.of("got " + key.getAlgorithm()));

    static final List<Lint<SubjectKey>> ALL =
            List.of(
                    new Lint<>(
                            "key is of an algorithm that this authority can check",
                            "RFC 3647 outline 7.1.3",
                            AlgorithmLints::known),
                    new Lint<>(
                            "key's algorithm has the parameters it has to have",
                            "RFC 3279 2.3.1, RFC 8410 3",
                            AlgorithmLints::parameters));

    private AlgorithmLints() {}

    private static Optional<String> known(SubjectKey key) {
        boolean known =
                HOLDERS_ALGORITHMS.containsKey(key.algorithm())
                        || WITHOUT_PARAMETERS.contains(key.algorithm())
                        || key.algorithm().equals(PKCSObjectIdentifiers.id_RSASSA_PSS);
        return known ? Optional.empty() : Optional.of("got " + key.algorithm());
    }

    /// Those of a curve are looked at by [CurveLints]; PSS keys may have some or none.
    private static Optional<String> parameters(SubjectKey key) {
        Optional<ASN1Encodable> parameters =
                Optional.ofNullable(key.read().getAlgorithm().getParameters());
        boolean right =
                key.algorithm().equals(PKCSObjectIdentifiers.rsaEncryption)
                        ? parameters.filter(ASN1Null.class::isInstance).isPresent()
                        : !WITHOUT_PARAMETERS.contains(key.algorithm()) || parameters.isEmpty();
        return right ? Optional.empty() : Optional.of("of " + key.algorithm());
    }
}
