// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import javax.crypto.KeyAgreement;
import perennial.card.CardException;
import perennial.card.apdu.BerTlv;
import perennial.card.apdu.LongResponse;
import perennial.card.apdu.StatusWord;
import perennial.core.crypto.Decipherer;
import perennial.core.crypto.DigestAlgorithm;
import perennial.core.crypto.DigestSigner;
import perennial.core.crypto.SignatureAlgorithm;
import perennial.core.crypto.Signer;

/// A private key on the card, used through GENERAL AUTHENTICATE (SP 800-73-4 part 2, 3.2.4).
///
/// No answer of the card is passed on unchecked: signatures are verified with the public key of the
/// slot's certificate, RSA results are put back through it. A shared secret cannot be checked.
final class SlotKey implements Signer, DigestSigner, Decipherer {
    private static final int CHALLENGE = 0x81;
    private static final int RESPONSE = 0x82;
    private static final int EXPONENTIATION = 0x85;
    private static final byte[] EMPTY = {};

    private final PivApplication application;
    private final PinGate gate;
    private final Container container;
    private final PinPolicy policy;
    private final PublicKey publicKey;
    private final KeyType type;

    SlotKey(
            PivApplication application,
            PinGate gate,
            Container container,
            PinPolicy policy,
            PublicKey publicKey) {
        this.application = application;
        this.gate = gate;
        this.container = container;
        this.policy = policy;
        this.publicKey = publicKey;
        this.type = KeyType.of(publicKey);
    }

    @Override
    public SignatureAlgorithm algorithm() {
        return SignatureAlgorithm.ofCard(publicKey);
    }

    @Override
    public PublicKey publicKey() {
        return publicKey;
    }

    @Override
    public byte[] sign(byte[] message) {
        return signDigest(DigestAlgorithm.SHA_256, DigestAlgorithm.SHA_256.digest(message));
    }

    @Override
    public byte[] signDigest(DigestAlgorithm algorithm, byte[] digest) {
        byte[] information = algorithm.digestInfo(digest);
        if (type.isRsa()) {
            byte[] block = padded(information);
            byte[] signature = toModulusLength(use(CHALLENGE, block));
            if (!block(signature).equals(new BigInteger(1, block))) {
                throw notOfTheKey();
            }
            return signature;
        }
        byte[] signature = use(CHALLENGE, toFieldLength(digest));
        if (signature.length > type.maxSignature()) {
            throw PivObjects.invalid("an ECDSA signature of %d octets".formatted(signature.length));
        }
        if (!verifies(digest, signature)) {
            throw notOfTheKey();
        }
        return signature;
    }

    private static CardException notOfTheKey() {
        return PivObjects.invalid("the signature is not one of the slot's certified key");
    }

    /// RSAVP1 (RFC 8017 5.2.2).
    private BigInteger block(byte[] signature) {
        RSAPublicKey rsa = (RSAPublicKey) publicKey;
        return new BigInteger(1, signature).modPow(rsa.getPublicExponent(), rsa.getModulus());
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

    /// A key may have been made with a stricter rule than its slot's: then the PIN goes first, as
    /// the card says. Has the card decipher something of which the result can be checked without
    /// its key.
    ///
    /// @throws perennial.card.CardException CARD_ANSWER_INVALID when it does not fit the public key
    void proveByDeciphering(SecureRandom random) {
        if (publicKey instanceof RSAPublicKey rsa) {
            BigInteger number = new BigInteger(rsa.getModulus().bitLength() - 1, random);
            byte[] _ = decipher(toModulusLength(number.toByteArray()));
            return;
        }
        ECPublicKey ec = (ECPublicKey) publicKey;
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(ec.getParams(), random);
            KeyPair other = generator.generateKeyPair();
            KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
            agreement.init(other.getPrivate());
            agreement.doPhase(ec, true);
            byte[] secret = decipher(type.point((ECPublicKey) other.getPublic()));
            if (!MessageDigest.isEqual(secret, agreement.generateSecret())) {
                throw PivObjects.invalid("the secret is not one of the slot's certified key");
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK agrees on " + type, e);
        }
    }

    private byte[] use(int tag, byte[] input) {
        gate.open(policy);
        LongResponse answer = authenticate(tag, input);
        if (policy == PinPolicy.ONCE
                && answer.status().equals(StatusWord.SECURITY_STATUS_NOT_SATISFIED)) {
            gate.open(PinPolicy.ALWAYS);
            answer = authenticate(tag, input);
        }
        if (!answer.status().isSuccess()) {
            throw PivApplication.unexpected("GENERAL AUTHENTICATE " + container, answer.status());
        }
        return PivApplication.authenticated(answer, RESPONSE);
    }

    private LongResponse authenticate(int tag, byte[] input) {
        return application.authenticate(
                type.identifier(),
                container.keyReference(),
                new BerTlv(RESPONSE, EMPTY),
                new BerTlv(tag, input));
    }

    /// EMSA-PKCS1-v1_5 (RFC 8017 9.2).
    private byte[] padded(byte[] information) {
        byte[] block = new byte[type.octets()];
        int from = block.length - information.length;
        Arrays.fill(block, 2, from - 1, (byte) 0xFF);
        block[1] = 0x01;
        System.arraycopy(information, 0, block, from, information.length);
        return block;
    }

    /// The digest as a number: a card takes as many octets as a coordinate has (SP 800-73-4 part 2,
    /// A.4); zeros in front change no ECDSA signature, and of a longer digest the leftmost bits
    /// count (FIPS 186-5 6.4.1).
    private byte[] toFieldLength(byte[] digest) {
        byte[] field = new byte[type.octets()];
        int taken = Math.min(digest.length, field.length);
        System.arraycopy(digest, 0, field, field.length - taken, taken);
        return field;
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

    private boolean verifies(byte[] digest, byte[] signature) {
        return PivObjects.checked(
                "signature",
                () -> {
                    try {
                        Signature verifier = Signature.getInstance("NONEwithECDSA");
                        verifier.initVerify(publicKey);
                        verifier.update(digest);
                        return verifier.verify(signature);
                    } catch (GeneralSecurityException e) {
                        return false;
                    }
                });
    }
}
