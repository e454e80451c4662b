// SPDX-License-Identifier: Apache-2.0
package perennial.agent.sealing;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import perennial.agent.AgentException;
import perennial.card.Pin;
import perennial.core.advice.Problem;

/// PINs that a page sealed to a key of the agent, so that neither the HTTP server's buffers nor
/// anything between page and agent ever holds them in clear (decision 16).
///
/// ECIES with exclusive or (SEC 1 5.1): `point ‖ masked ‖ tag`. The point is the page's ephemeral
/// key on P-256, uncompressed; HKDF-SHA256 over the shared secret, without salt and with `perennial
/// secret 1 ‖ agent's point ‖ page's point` as info, gives the key of the HMAC-SHA256 tag over the
/// masked octets and then their mask. What is masked is one block of eight octets for each PIN,
/// filled up with FF; a longer secret, only ever the last, takes several.
///
/// A cipher would hold the PIN in buffers of its own; of an exclusive or both halves are known and
/// each alone says nothing.
public final class SealedSecret implements AutoCloseable {
    /// A PIN, and a management key of 32 octets in hexadecimal.
    public static final int MAX_BLOCKS = 9;

    private static final int COORDINATE = 32;
    private static final int POINT = 1 + 2 * COORDINATE;
    private static final int TAG = 32;
    private static final byte UNCOMPRESSED = 0x04;
    private static final int FILLING = 0xFF;
    private static final byte[] LABEL = "perennial secret 1".getBytes(StandardCharsets.US_ASCII);

    private final byte[] masked;
    private final byte[] mask;

    private SealedSecret(byte[] masked, byte[] mask) {
        this.masked = masked;
        this.mask = mask;
    }

    /// @throws AgentException REQUEST_INVALID when it was not sealed to this key
    static SealedSecret open(byte[] sealed, KeyPair key) {
        int blocks = (sealed.length - POINT - TAG) / Pin.PADDED;
        if (blocks < 1
                || blocks > MAX_BLOCKS
                || sealed.length != POINT + TAG + blocks * Pin.PADDED) {
            throw invalid("a sealed secret of %d octets".formatted(sealed.length));
        }
        byte[] point = Arrays.copyOf(sealed, POINT);
        byte[] masked = Arrays.copyOfRange(sealed, POINT, sealed.length - TAG);
        byte[] tag = Arrays.copyOfRange(sealed, sealed.length - TAG, sealed.length);
        byte[] keys = derived(key, point, TAG + masked.length);
        byte[] tagKey = Arrays.copyOf(keys, TAG);
        byte[] mask = Arrays.copyOfRange(keys, TAG, keys.length);
        Arrays.fill(keys, (byte) 0);
        boolean right = MessageDigest.isEqual(tag, tag(tagKey, masked));
        Arrays.fill(tagKey, (byte) 0);
        if (!right) {
            Arrays.fill(mask, (byte) 0);
            throw invalid("a secret that was not sealed to this key");
        }
        return new SealedSecret(masked, mask);
    }

    /// All of them, each the caller's to close.
    ///
    /// @throws AgentException PIN_FORMAT when one has not the form of a PIN, REQUEST_INVALID when
    ///   there are more or fewer
    public List<Pin> pins(int count) {
        if (masked.length != count * Pin.PADDED) {
            throw invalid("%d PINs were expected".formatted(count));
        }
        return firstPins(count);
    }

    /// Those that come first; what follows them is [#textAfter].
    ///
    /// @throws AgentException PIN_FORMAT when one has not the form of a PIN, REQUEST_INVALID when
    ///   there are fewer
    public List<Pin> firstPins(int count) {
        if (masked.length < count * Pin.PADDED) {
            throw invalid("%d PINs were expected".formatted(count));
        }
        List<Pin> pins = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                pins.add(block(i));
            }
            return List.copyOf(pins);
        } catch (IllegalArgumentException e) {
            pins.forEach(Pin::close);
            throw new AgentException(Problem.PIN_FORMAT, "not the form of a PIN", e);
        }
    }

    /// The secret behind the PINs, without its filling; empty when nothing follows them. The caller
    /// wipes it.
    ///
    /// @throws AgentException REQUEST_INVALID when it is not of printable ASCII characters
    public Optional<char[]> textAfter(int pins) {
        char[] text = new char[Math.max(0, masked.length - pins * Pin.PADDED)];
        int length = 0;
        boolean ended = false;
        for (int i = 0; i < text.length; i++) {
            int octet = (masked[pins * Pin.PADDED + i] ^ mask[pins * Pin.PADDED + i]) & 0xFF;
            boolean filling = octet == FILLING;
            if (!filling && (ended || octet <= ' ' || octet > '~')) {
                Arrays.fill(text, '\0');
                throw invalid("a secret that is not of printable characters");
            }
            ended |= filling;
            if (!ended) {
                text[length++] = (char) octet;
            }
        }
        char[] characters = Arrays.copyOf(text, length);
        Arrays.fill(text, '\0');
        return length == 0 ? Optional.empty() : Optional.of(characters);
    }

    private Pin block(int index) {
        int from = index * Pin.PADDED;
        byte[] share = Arrays.copyOfRange(mask, from, from + Pin.PADDED);
        try {
            return Pin.ofShares(Arrays.copyOfRange(masked, from, from + Pin.PADDED), share);
        } finally {
            Arrays.fill(share, (byte) 0);
        }
    }

    /// Wipes the mask; what stays is as good as random.
    @Override
    public void close() {
        Arrays.fill(mask, (byte) 0);
    }

    /// The point of a key on P-256, uncompressed (SEC 1 2.3.3).
    static byte[] point(PublicKey key) {
        ECPoint point = ((ECPublicKey) key).getW();
        byte[] octets = new byte[POINT];
        octets[0] = UNCOMPRESSED;
        put(point.getAffineX(), octets, 1);
        put(point.getAffineY(), octets, 1 + COORDINATE);
        return octets;
    }

    private static void put(BigInteger coordinate, byte[] octets, int from) {
        byte[] number = coordinate.toByteArray();
        int length = Math.min(number.length, COORDINATE);
        System.arraycopy(
                number, number.length - length, octets, from + COORDINATE - length, length);
    }

    private static byte[] derived(KeyPair key, byte[] point, int octets) {
        ByteArrayOutputStream info = new ByteArrayOutputStream();
        info.writeBytes(LABEL);
        info.writeBytes(point(key.getPublic()));
        info.writeBytes(point);
        byte[] shared = new byte[0];
        try {
            KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
            agreement.init(key.getPrivate());
            agreement.doPhase(page(point, (ECPublicKey) key.getPublic()), true);
            shared = agreement.generateSecret();
            return KDF.getInstance("HKDF-SHA256")
                    .deriveData(
                            HKDFParameterSpec.ofExtract()
                                    .addIKM(shared)
                                    .thenExpand(info.toByteArray(), octets));
        } catch (InvalidKeyException e) {
            throw new AgentException(Problem.REQUEST_INVALID, "not a point of P-256", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has ECDH and HKDF", e);
        } finally {
            Arrays.fill(shared, (byte) 0);
        }
    }

    /// The agreement insists that it is on the curve.
    private static PublicKey page(byte[] point, ECPublicKey agent) throws GeneralSecurityException {
        if (point[0] != UNCOMPRESSED) {
            throw new InvalidKeyException("not an uncompressed point");
        }
        ECPoint w =
                new ECPoint(
                        new BigInteger(1, Arrays.copyOfRange(point, 1, 1 + COORDINATE)),
                        new BigInteger(1, Arrays.copyOfRange(point, 1 + COORDINATE, POINT)));
        return KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(w, agent.getParams()));
    }

    private static byte[] tag(byte[] key, byte[] masked) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(masked);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA256", e);
        }
    }

    private static AgentException invalid(String what) {
        return new AgentException(Problem.REQUEST_INVALID, what);
    }
}
