// SPDX-License-Identifier: Apache-2.0
package perennial.ra.unlock;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.CardNumber;
import perennial.protocol.cmp.ProtocolException;

/// The authority's key over what it keeps of cards: AES-256-GCM, each row bound to its card.
public final class UnlockKey {
    /// Of the key, in octets.
    public static final int OCTETS = 32;

    private static final int IV = 12;
    private static final int TAG_BITS = 128;

    private final SecretKey key;

    private UnlockKey(SecretKey key) {
        this.key = key;
    }

    /// @param octets 32; stay the caller's to wipe
    public static UnlockKey of(byte[] octets) {
        if (octets.length != OCTETS) {
            throw new IllegalArgumentException(
                    "an unlock key has %d octets, got %d".formatted(OCTETS, octets.length));
        }
        return new UnlockKey(new SecretKeySpec(octets, "AES"));
    }

    /// @return initialisation vector, cipher text and tag
    byte[] sealed(CardNumber card, byte[] secret, SecureRandom random) {
        byte[] iv = new byte[IV];
        random.nextBytes(iv);
        try {
            byte[] text = cipher(Cipher.ENCRYPT_MODE, iv, card).doFinal(secret);
            byte[] sealed = Arrays.copyOf(iv, IV + text.length);
            System.arraycopy(text, 0, sealed, IV, text.length);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-GCM", e);
        }
    }

    /// @return the secret; the caller wipes it
    /// @throws ProtocolException CONFIGURATION_INVALID when it was sealed by another key or for
    ///   another card
    byte[] opened(CardNumber card, byte[] sealed) {
        try {
            return cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(sealed, IV), card)
                    .doFinal(sealed, IV, sealed.length - IV);
        } catch (AEADBadTagException e) {
            throw new ProtocolException(
                    Problem.CONFIGURATION_INVALID,
                    FailInfo.systemFailure,
                    "what is kept of a card was sealed by another key",
                    e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-GCM", e);
        }
    }

    private Cipher cipher(int mode, byte[] iv, CardNumber card) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, iv));
        cipher.updateAAD(
                ("perennial unlock 1 " + card.value()).getBytes(StandardCharsets.US_ASCII));
        return cipher;
    }

    @Override
    public String toString() {
        return "****";
    }
}
