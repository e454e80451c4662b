// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import perennial.card.KeySlot;
import perennial.card.pkcs11.TokenObjects.CertificateObject;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.KeyUsage;

/// Which of a token's certificates stand for which slot, by what the certificates say.
///
/// A line of keys ([KeyId]) whose certificates sign is the DIGITAL_SIGNATURE slot, a second one is
/// AUTHENTICATION; non-repudiation comes first, then the smaller identifier. A line whose
/// certificates decipher only is KEY_MANAGEMENT. In a line, the newest certificate with a key is
/// the slot's.
final class TokenSlots {
    private static final Set<KeyUsage> SIGNS =
            Set.of(KeyUsage.DIGITAL_SIGNATURE, KeyUsage.NON_REPUDIATION);
    private static final Set<KeyUsage> DECIPHERS =
            Set.of(KeyUsage.KEY_ENCIPHERMENT, KeyUsage.DATA_ENCIPHERMENT, KeyUsage.KEY_AGREEMENT);

    private final Map<KeySlot, CertificateObject> current = new EnumMap<>(KeySlot.class);

    private TokenSlots() {}

    static TokenSlots of(TokenObjects objects) {
        Map<KeyId, CertificateObject> newest = new HashMap<>();
        Comparator<CertificateObject> age =
                Comparator.comparing((CertificateObject object) -> objects.hasKey(object.id()))
                        .thenComparing(object -> object.certificate().validity().notBefore())
                        .thenComparingInt(object -> object.id().number())
                        .thenComparing(object -> object.certificate().fingerprint());
        for (CertificateObject object : objects.certificates()) {
            if (!isOfAuthority(object.certificate())) {
                newest.merge(
                        object.id().line(),
                        object,
                        (one, other) -> age.compare(one, other) >= 0 ? one : other);
            }
        }
        Comparator<CertificateObject> order =
                Comparator.comparing((CertificateObject object) -> !objects.hasKey(object.id()))
                        .thenComparing(object -> !isOf(object, KeyUsage.NON_REPUDIATION))
                        .thenComparing(object -> object.id().line().hex());
        List<CertificateObject> lines = new ArrayList<>(newest.values());
        lines.sort(order);
        TokenSlots slots = new TokenSlots();
        lines.forEach(slots::place);
        return slots;
    }

    /// The certificate of the slot.
    Optional<CertificateObject> in(KeySlot slot) {
        return Optional.ofNullable(current.get(slot));
    }

    static boolean deciphers(Certificate certificate) {
        return certificate.keyUsages().stream().anyMatch(DECIPHERS::contains);
    }

    /// Also where the certificate does not say what it is for.
    static boolean signs(Certificate certificate) {
        return certificate.keyUsages().stream().anyMatch(SIGNS::contains)
                || !deciphers(certificate);
    }

    private void place(CertificateObject object) {
        if (!signs(object.certificate())) {
            current.putIfAbsent(KeySlot.KEY_MANAGEMENT, object);
        } else if (!current.containsKey(KeySlot.DIGITAL_SIGNATURE)) {
            current.put(KeySlot.DIGITAL_SIGNATURE, object);
        } else {
            current.putIfAbsent(KeySlot.AUTHENTICATION, object);
        }
    }

    private static boolean isOf(CertificateObject object, KeyUsage usage) {
        return object.certificate().keyUsages().contains(usage);
    }

    private static boolean isOfAuthority(Certificate certificate) {
        return certificate.x509().getBasicConstraints() >= 0
                || certificate.keyUsages().contains(KeyUsage.KEY_CERT_SIGN);
    }
}
