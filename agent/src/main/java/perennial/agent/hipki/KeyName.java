// SPDX-License-Identifier: Apache-2.0
package perennial.agent.hipki;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import perennial.card.KeySlot;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.KeyUsage;

/// How pages name the keys of a card: CKA_ID as OpenSC gives it to PIV slots, and the labels of the
/// cards that the dialect was made for.
enum KeyName {
    SIGNATURE(KeySlot.DIGITAL_SIGNATURE, 2),
    AUTHENTICATION(KeySlot.AUTHENTICATION, 1),
    ENCRYPTION(KeySlot.KEY_MANAGEMENT, 3);

    private static final Set<KeyUsage> ENCIPHERING =
            Set.of(KeyUsage.KEY_ENCIPHERMENT, KeyUsage.DATA_ENCIPHERMENT, KeyUsage.KEY_AGREEMENT);

    private final KeySlot slot;
    private final byte id;

    KeyName(KeySlot slot, int id) {
        this.slot = slot;
        this.id = (byte) id;
    }

    KeySlot slot() {
        return slot;
    }

    String base64() {
        return Base64.getEncoder().encodeToString(new byte[] {id});
    }

    /// `cert1` signs, `cert2` enciphers.
    ///
    /// @param present the slots with a certificate
    String label(Set<KeySlot> present) {
        return switch (this) {
            case SIGNATURE -> "cert1";
            case ENCRYPTION -> "cert2";
            case AUTHENTICATION -> present.contains(KeySlot.DIGITAL_SIGNATURE) ? "cert3" : "cert1";
        };
    }

    /// In Base64 or in hexadecimal; empty for a key that there is none of.
    static Optional<KeyName> of(String id) {
        return Arrays.stream(values())
                .filter(name ->
                        name.base64().equals(id.strip())
                                || HexFormat.of().toHexDigits(name.id).equalsIgnoreCase(id.strip()))
                .findFirst();
    }

    static List<KeyName> all() {
        return List.of(values());
    }

    /// Compared by pages as a whole. An authority's certificate signs certificates; everything else
    /// enciphers or signs.
    static String usage(Certificate certificate) {
        Set<KeyUsage> usages = certificate.keyUsages();
        if (usages.contains(KeyUsage.KEY_CERT_SIGN)) {
            return "keyCertSign|cRLSign";
        }
        return usages.stream().anyMatch(ENCIPHERING::contains)
                        && !usages.contains(KeyUsage.DIGITAL_SIGNATURE)
                ? "keyEncipherment|dataEncipherment"
                : "digitalSignature";
    }
}
