// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import perennial.card.CardException;
import perennial.card.apdu.BerTlv;
import perennial.card.apdu.LongResponse;
import perennial.card.apdu.StatusWord;
import perennial.core.advice.Problem;

/// The right to write, from the card management key 9B: the one that the card itself keeps behind
/// the PIN, in the printed information object as `88 { 89 key }` (the convention of `ykman piv
/// access change-management-key --protect`), or one that the holder brings.
final class CardManagement {
    private static final int KEY = 0x9B;
    private static final int WITNESS = 0x80;
    private static final int CHALLENGE = 0x81;
    private static final int RESPONSE = 0x82;
    private static final int ADMINISTRATION = 0x5FFF00;
    private static final int ADMINISTRATIVE = 0x80;
    private static final int FLAGS = 0x81;
    private static final int KEY_PROTECTED = 0x02;
    private static final int METADATA_ALGORITHM = 0x01;
    private static final byte[] EMPTY = {};

    private final PivApplication application;
    private final Supplier<CardProduct> product;
    private final SecureRandom random;
    private boolean proved;

    /// @param product what the card says of itself, asked for before the key is proved
    CardManagement(PivApplication application, Supplier<CardProduct> product, SecureRandom random) {
        this.application = application;
        this.product = product;
        this.random = random;
    }

    /// Proves the key to the card and has the card prove it, once a session.
    ///
    /// @throws CardException SECOND_SECRET_NEEDED when the card keeps no such key,
    ///   CARD_NOT_WRITABLE when it does not take it
    void authenticate() {
        if (proved) {
            return;
        }
        byte[] key = kept();
        try {
            proved = mutually(key);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
        if (!proved) {
            throw new CardException(
                    Problem.CARD_NOT_WRITABLE, "the card does not take the key that it keeps");
        }
    }

    /// As [#authenticate()] with a key from outside, which stays the caller's to wipe.
    ///
    /// @throws CardException SECOND_SECRET_WRONG when it is not the card's
    void authenticate(byte[] key) {
        proved = false;
        if (!mutually(key)) {
            throw new CardException(
                    Problem.SECOND_SECRET_WRONG, "the card does not take the management key");
        }
        proved = true;
    }

    /// Whether the card keeps its management key behind the PIN, by what its administrative object
    /// says without the PIN: `80 { 81 flags }`, the second bit.
    boolean keptBehindPin() {
        byte[] content = application.data(ADMINISTRATION).map(PivObjects::content).orElse(EMPTY);
        return PivObjects.checked(
                "administrative object",
                () ->
                        BerTlv.find(BerTlv.parse(content), ADMINISTRATIVE)
                                .flatMap(parts -> BerTlv.find(BerTlv.parse(parts), FLAGS))
                                .filter(flags -> flags.length == 1)
                                .map(flags -> (flags[0] & KEY_PROTECTED) != 0)
                                .orElse(false));
    }

    private byte[] kept() {
        LongResponse printed = application.getData(PivApplication.PRINTED);
        if (printed.status().equals(StatusWord.FILE_NOT_FOUND)) {
            throw needed();
        }
        if (!printed.status().isSuccess()) {
            throw refused("GET DATA 5FC109", printed.status());
        }
        return PivObjects.managementKey(printed.data()).orElseThrow(CardManagement::needed);
    }

    /// SP 800-73-4 part 2, appendix A.1: the card's witness deciphered, our challenge enciphered.
    ///
    /// @return whether the card takes the key
    private boolean mutually(byte[] key) {
        for (ManagementKeyType type : types(key)) {
            LongResponse asked =
                    application.authenticate(type.identifier(), KEY, new BerTlv(WITNESS, EMPTY));
            if (asked.status().isSuccess()) {
                return answer(type, key, PivApplication.authenticated(asked, WITNESS));
            }
        }
        return false;
    }

    private boolean answer(ManagementKeyType type, byte[] key, byte[] witness) {
        if (witness.length != type.block()) {
            throw PivObjects.invalid("a witness of %d octets".formatted(witness.length));
        }
        byte[] challenge = new byte[type.block()];
        random.nextBytes(challenge);
        LongResponse answer =
                application.authenticate(
                        type.identifier(),
                        KEY,
                        new BerTlv(WITNESS, block(type, Cipher.DECRYPT_MODE, key, witness)),
                        new BerTlv(CHALLENGE, challenge));
        if (!answer.status().isSuccess()) {
            return false;
        }
        byte[] response = PivApplication.authenticated(answer, RESPONSE);
        byte[] expected = block(type, Cipher.ENCRYPT_MODE, key, challenge);
        if (!MessageDigest.isEqual(response, expected)) {
            throw PivObjects.invalid("the card does not know its management key");
        }
        return true;
    }

    /// The card's own, where it tells; else all for keys of this length. Asking for a witness of
    /// another kind costs nothing.
    private List<ManagementKeyType> types(byte[] key) {
        List<ManagementKeyType> fitting = ManagementKeyType.ofLength(key.length);
        if (!product.get().tellsKeys()) {
            return fitting;
        }
        Optional<byte[]> told =
                application
                        .metadata(KEY)
                        .map(answer ->
                                PivObjects.checked(
                                        "metadata",
                                        () -> BerTlv.require(answer, METADATA_ALGORITHM)));
        return fitting.stream()
                .filter(type ->
                        told.filter(t -> t.length == 1 && (t[0] & 0xFF) == type.identifier())
                                .isPresent())
                .toList();
    }

    private static byte[] block(ManagementKeyType type, int mode, byte[] key, byte[] block) {
        try {
            Cipher cipher = Cipher.getInstance(type.cipher() + "/ECB/NoPadding");
            cipher.init(mode, new SecretKeySpec(key, type.cipher()));
            return cipher.doFinal(block);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + type.cipher(), e);
        }
    }

    private static CardException needed() {
        return new CardException(
                Problem.SECOND_SECRET_NEEDED, "the card keeps no management key for the PIN");
    }

    static CardException refused(String command, StatusWord status) {
        return new CardException(
                Problem.CARD_NOT_WRITABLE, command + " was answered with " + status);
    }
}
