// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import perennial.card.KeySlot;
import perennial.card.apdu.BerTlv;
import perennial.card.apdu.LongResponse;
import perennial.core.crypto.Decipherer;
import perennial.core.crypto.SignatureAlgorithm;
import perennial.core.crypto.Signer;

/// The private key of a slot, used through GENERAL AUTHENTICATE (SP 800-73-4 part 2, 3.2.4).
///
/// No answer of the card is passed on unchecked: signatures are verified with the public key of the
/// slot's certificate, RSA results are put back through it. A shared secret cannot be checked.
final class SlotKey implements Signer, Decipherer {
    private static final int CHALLENGE = 0x81;
    private static final int RESPONSE = 0x82;
    private static final int EXPONENTIATION = 0x85;
    private static final byte[] EMPTY = {};

    /// DigestInfo of SHA-256 up to the digest (RFC 8017 9.2 note 1).
    private static final byte[] DIGEST_INFO =
            HexFormat.of().parseHex("3031300d060960864801650304020105000420");

    private final PivApplication application;
    private final PinGate gate;
    private final KeySlot slot;
    private final PublicKey publicKey;
    private final KeyType type;

    SlotKey(PivApplication application, PinGate gate, KeySlot slot, PublicKey publicKey) {
        this.application = application;
        this.gate = gate;
        this.slot = slot;
        this.publicKey = publicKey;
        this.type = KeyType.of(publicKey);
    }

    @Override
    public SignatureAlgorithm algorithm() {
        return SignatureAlgorithm.forKey(publicKey);
    }

    @Override
    public PublicKey publicKey() {
        return publicKey;
    }

    @Override
    public byte[] sign(byte[] message) {
        byte[] digest = sha256(message);
        byte[] answer = use(CHALLENGE, type.isRsa() ? padded(digest) : toFieldLength(digest));
        byte[] signature = type.isRsa() ? toModulusLength(answer) : answer;
        if (!type.isRsa() && signature.length > type.maxSignature()) {
            throw PivObjects.invalid("an ECDSA signature of %d octets".formatted(answer.length));
        }
        if (!verifies(message, signature)) {
            throw PivObjects.invalid("the signature is not one of the slot's certified key");
        }
        return signature;
    }

    @Override
    public byte[] decipher(byte[] cryptogram) {
        int expected = type.isRsa() ? type.octets() : 1 + 2 * type.octets();
        if (cryptogram.length != expected) {
            throw new IllegalArgumentException(
                    "a cryptogram for this key has %d octets, got %d"
                            .formatted(expected, cryptogram.length));
        }
        if (!type.isRsa()) {
            byte[] secret = use(EXPONENTIATION, cryptogram);
            if (secret.length != type.octets()) {
                throw PivObjects.invalid("a secret of %d octets".formatted(secret.length));
            }
            return secret;
        }
        RSAPublicKey rsa = (RSAPublicKey) publicKey;
        BigInteger number = new BigInteger(1, cryptogram);
        if (number.compareTo(rsa.getModulus()) >= 0) {
            throw new IllegalArgumentException("cryptogram representative out of range");
        }
        byte[] message = toModulusLength(use(CHALLENGE, cryptogram));
        BigInteger back = new BigInteger(1, message);
        if (!back.modPow(rsa.getPublicExponent(), rsa.getModulus()).equals(number)) {
            Arrays.fill(message, (byte) 0);
            throw PivObjects.invalid("the result is not one of the slot's certified key");
        }
        return message;
    }

    private byte[] use(int tag, byte[] input) {
        gate.open(slot);
        LongResponse answer =
                application.authenticate(
                        type.identifier(),
                        slot.keyReference(),
                        new BerTlv(RESPONSE, EMPTY),
                        new BerTlv(tag, input));
        if (!answer.status().isSuccess()) {
            throw PivApplication.unexpected(
                    "GENERAL AUTHENTICATE %02X".formatted(slot.keyReference()), answer.status());
        }
        return PivApplication.authenticated(answer, RESPONSE);
    }

    /// EMSA-PKCS1-v1_5 (RFC 8017 9.2).
    private byte[] padded(byte[] digest) {
        byte[] block = new byte[type.octets()];
        int information = block.length - DIGEST_INFO.length - digest.length;
        Arrays.fill(block, 2, information - 1, (byte) 0xFF);
        block[1] = 0x01;
        System.arraycopy(DIGEST_INFO, 0, block, information, DIGEST_INFO.length);
        System.arraycopy(digest, 0, block, block.length - digest.length, digest.length);
        return block;
    }

    /// The digest as a number: a card takes as many octets as a coordinate has (SP 800-73-4 part 2,
    /// A.4), and zeros in front change no ECDSA signature (FIPS 186-5 6.4.1).
    private byte[] toFieldLength(byte[] digest) {
        byte[] padded = new byte[type.octets()];
        System.arraycopy(digest, 0, padded, padded.length - digest.length, digest.length);
        return padded;
    }

    /// Some cards drop leading zeros.
    private byte[] toModulusLength(byte[] answer) {
        if (answer.length > type.octets()) {
            throw PivObjects.invalid("an RSA result of %d octets".formatted(answer.length));
        }
        byte[] padded = new byte[type.octets()];
        System.arraycopy(answer, 0, padded, padded.length - answer.length, answer.length);
        return padded;
    }

    private boolean verifies(byte[] message, byte[] signature) {
        return PivObjects.checked(
                "signature",
                () -> {
                    try {
                        Signature verifier = Signature.getInstance(algorithm().jdkName());
                        verifier.initVerify(publicKey);
                        verifier.update(message);
                        return verifier.verify(signature);
                    } catch (GeneralSecurityException e) {
                        return false;
                    }
                });
    }

    private static byte[] sha256(byte[] message) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
