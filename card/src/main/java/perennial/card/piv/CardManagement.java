// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import perennial.card.CardException;
import perennial.card.apdu.BerTlv;
import perennial.card.apdu.LongResponse;
import perennial.card.apdu.StatusWord;
import perennial.core.advice.Problem;

/// The right to write, from the card management key 9B that the card itself keeps behind the PIN:
/// in the printed information object, as `88 { 89 key }` (the convention of `ykman piv access
/// change-management-key --protect`).
final class CardManagement {
    private static final int KEY = 0x9B;
    private static final int WITNESS = 0x80;
    private static final int CHALLENGE = 0x81;
    private static final int RESPONSE = 0x82;
    private static final int ADMINISTRATION = 0x5FFF00;
    private static final int ADMINISTRATIVE = 0x80;
    private static final int FLAGS = 0x81;
    private static final int KEY_PROTECTED = 0x02;
    private static final int BLOCK = 16;
    private static final byte[] EMPTY = {};

    private final PivApplication application;
    private final SecureRandom random;
    private boolean proved;

    CardManagement(PivApplication application, SecureRandom random) {
        this.application = application;
        this.random = random;
    }

    /// Proves the key to the card and has the card prove it, once a session.
    ///
    /// @throws CardException CARD_NOT_WRITABLE when the card keeps no such key or does not take it
    void authenticate() {
        if (proved) {
            return;
        }
        byte[] key = key();
        try {
            mutually(key);
        } finally {
            Arrays.fill(key, (byte) 0);
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

    private byte[] key() {
        LongResponse printed = application.getData(PivApplication.PRINTED);
        if (!printed.status().isSuccess()) {
            throw refused("GET DATA 5FC109", printed.status());
        }
        try {
            return PivObjects.managementKey(printed.data());
        } catch (CardException e) {
            throw new CardException(
                    Problem.CARD_NOT_WRITABLE, "the card keeps no management key for the PIN", e);
        }
    }

    /// SP 800-73-4 part 2, appendix A.1: the card's witness deciphered, our challenge enciphered.
    private void mutually(byte[] key) {
        int algorithm = algorithm(key);
        byte[] witness =
                PivApplication.authenticated(
                        exchange(algorithm, new BerTlv(WITNESS, EMPTY)), WITNESS);
        if (witness.length != BLOCK) {
            throw PivObjects.invalid("a witness of %d octets".formatted(witness.length));
        }
        byte[] challenge = new byte[BLOCK];
        random.nextBytes(challenge);
        LongResponse answer =
                exchange(
                        algorithm,
                        new BerTlv(WITNESS, block(Cipher.DECRYPT_MODE, key, witness)),
                        new BerTlv(CHALLENGE, challenge));
        byte[] response = PivApplication.authenticated(answer, RESPONSE);
        if (!MessageDigest.isEqual(response, block(Cipher.ENCRYPT_MODE, key, challenge))) {
            throw PivObjects.invalid("the card does not know its management key");
        }
    }

    private LongResponse exchange(int algorithm, BerTlv... content) {
        LongResponse answer = application.authenticate(algorithm, KEY, content);
        if (!answer.status().isSuccess()) {
            throw refused("GENERAL AUTHENTICATE 9B", answer.status());
        }
        return answer;
    }

    /// By the key's length; of SP 800-78-4 table 6-2 only AES is left in use.
    private static int algorithm(byte[] key) {
        return switch (key.length) {
            case 16 -> 0x08;
            case 24 -> 0x0A;
            case 32 -> 0x0C;
            default ->
                    throw new CardException(
                            Problem.CARD_NOT_WRITABLE,
                            "a management key of %d octets".formatted(key.length));
        };
    }

    private static byte[] block(int mode, byte[] key, byte[] block) {
        try {
            Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
            cipher.init(mode, new SecretKeySpec(key, "AES"));
            return cipher.doFinal(block);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES", e);
        }
    }

    static CardException refused(String command, StatusWord status) {
        return new CardException(
                Problem.CARD_NOT_WRITABLE, command + " was answered with " + status);
    }
}
