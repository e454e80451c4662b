// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import java.math.BigInteger;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import perennial.card.CardException;
import perennial.card.Pin;
import perennial.card.PinOutcome;
import perennial.card.apdu.BerTlv;
import perennial.card.apdu.ChainedChannel;
import perennial.card.apdu.LongCommand;
import perennial.card.apdu.LongResponse;
import perennial.card.apdu.StatusWord;
import perennial.core.advice.Problem;

/// The commands of the PIV card application (SP 800-73-4 part 2, 3) and those of a vendor's
/// extension (Yubico, "PIV extensions"), one method each.
final class PivApplication {
    static final int PRINTED = 0x5FC109;
    static final int HOLDER = 0x5FC102;
    static final int PIN = 0x80;
    static final int PUK = 0x81;

    private static final byte[] AID = {(byte) 0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00};
    private static final int SELECT = 0xA4;
    private static final int VERIFY = 0x20;
    private static final int CHANGE_REFERENCE_DATA = 0x24;
    private static final int RESET_RETRY_COUNTER = 0x2C;
    private static final int GENERAL_AUTHENTICATE = 0x87;
    private static final int GET_DATA = 0xCB;
    private static final int PUT_DATA = 0xDB;
    private static final int GENERATE_KEY_PAIR = 0x47;
    private static final int MOVE_KEY = 0xF6;
    private static final int GET_METADATA = 0xF7;
    private static final int GET_SERIAL = 0xF8;
    private static final int GET_VERSION = 0xFD;
    private static final int TAG_LIST = 0x5C;
    private static final int CONTROL_REFERENCE = 0xAC;
    private static final int ALGORITHM = 0x80;
    private static final int PIN_POLICY = 0xAA;
    private static final int TOUCH_POLICY = 0xAB;
    private static final int PUBLIC_KEY = 0x7F49;
    private static final int METADATA_RETRIES = 0x06;
    private static final int MANAGEMENT_KEY = 0x9B;
    private static final int FIRST_RETIRED = 0x82;
    private static final int DELETED = 0xFF;
    private static final int TEMPLATE = 0x7C;
    private static final StatusWord REFERENCE_NOT_FOUND = new StatusWord(0x6A88);
    private static final Set<StatusWord> KNOWN_BUT_REFUSED =
            Set.of(
                    StatusWord.SECURITY_STATUS_NOT_SATISFIED,
                    StatusWord.CONDITIONS_NOT_SATISFIED,
                    StatusWord.WRONG_DATA,
                    REFERENCE_NOT_FOUND,
                    new StatusWord(0x6A86));
    private static final byte[] NONE = {};

    private final ChainedChannel channel;

    PivApplication(ChainedChannel channel) {
        this.channel = channel;
    }

    void select() {
        StatusWord status = channel.send(new LongCommand(SELECT, 4, 0, AID, true)).status();
        if (!status.isSuccess()) {
            throw new CardException(
                    Problem.CARD_NOT_SUPPORTED, "SELECT PIV was answered with " + status);
        }
    }

    /// Tries left for the PIN; empty when the PIN counts as verified, then the card does not say.
    Optional<Integer> triesLeft() {
        StatusWord status = verify(NONE);
        return status.isSuccess() ? Optional.empty() : Optional.of(triesIn("VERIFY", status));
    }

    PinOutcome verify(Pin pin) {
        byte[] padded = pin.padded();
        try {
            return outcome("VERIFY", verify(padded));
        } finally {
            Arrays.fill(padded, (byte) 0);
        }
    }

    /// Sets another PIN by the current one.
    PinOutcome changePin(Pin current, Pin next) {
        return replacePin("CHANGE REFERENCE DATA", CHANGE_REFERENCE_DATA, current, next);
    }

    /// Sets another PIN by the PUK and gives the PIN its tries back; the outcome is the PUK's.
    PinOutcome resetRetryCounter(Pin puk, Pin next) {
        return replacePin("RESET RETRY COUNTER", RESET_RETRY_COUNTER, puk, next);
    }

    /// The data object with its outer tag; empty when the card has none.
    Optional<byte[]> data(int object) {
        LongResponse answer = getData(object);
        if (answer.status().equals(StatusWord.FILE_NOT_FOUND)) {
            return Optional.empty();
        }
        if (!answer.status().isSuccess()) {
            throw unexpected("GET DATA %06X".formatted(object), answer.status());
        }
        return Optional.of(answer.data());
    }

    LongResponse getData(int object) {
        byte[] tag = new BerTlv(TAG_LIST, tag(object)).encoded();
        return channel.send(new LongCommand(GET_DATA, 0x3F, 0xFF, tag, true));
    }

    StatusWord putData(int object, byte[] content) {
        byte[] data =
                BerTlv.concat(
                        new BerTlv(TAG_LIST, tag(object)), new BerTlv(PivObjects.DATA, content));
        return channel.send(new LongCommand(PUT_DATA, 0x3F, 0xFF, data, false)).status();
    }

    /// GENERAL AUTHENTICATE with the content of its template; the answer's template is
    /// [#authenticated].
    LongResponse authenticate(int algorithm, int key, BerTlv... content) {
        byte[] template = new BerTlv(TEMPLATE, BerTlv.concat(content)).encoded();
        LongCommand command = new LongCommand(GENERAL_AUTHENTICATE, algorithm, key, template, true);
        Arrays.fill(template, (byte) 0);
        try {
            return channel.send(command);
        } finally {
            command.wipe();
        }
    }

    /// GENERATE ASYMMETRIC KEY PAIR, as SP 800-73-4 has it.
    PublicKey generate(Container where, KeyType type) {
        return generate(where, type, NONE);
    }

    /// The same with the vendor's rules for the use of the key.
    ///
    /// @param touchPolicy the vendor's octet, 0 to leave it to the card
    PublicKey generate(Container where, KeyType type, PinPolicy pinPolicy, int touchPolicy) {
        BerTlv pin = new BerTlv(PIN_POLICY, new byte[] {(byte) pinPolicy.octet()});
        BerTlv touch = new BerTlv(TOUCH_POLICY, new byte[] {(byte) touchPolicy});
        return generate(where, type, touchPolicy == 0 ? pin.encoded() : BerTlv.concat(pin, touch));
    }

    /// @throws CardException KEY_NOT_REPLACEABLE when the card does not make such keys there
    private PublicKey generate(Container where, KeyType type, byte[] rules) {
        byte[] algorithm = new BerTlv(ALGORITHM, new byte[] {(byte) type.identifier()}).encoded();
        byte[] control = Arrays.copyOf(algorithm, algorithm.length + rules.length);
        System.arraycopy(rules, 0, control, algorithm.length, rules.length);
        byte[] template = new BerTlv(CONTROL_REFERENCE, control).encoded();
        LongResponse answer =
                channel.send(
                        new LongCommand(
                                GENERATE_KEY_PAIR, 0, where.keyReference(), template, true));
        if (answer.status().equals(StatusWord.WRONG_DATA)) {
            throw CardKeys.notReplaceable("the card makes no %s key in %s".formatted(type, where));
        }
        if (!answer.status().isSuccess()) {
            throw CardManagement.refused("GENERATE ASYMMETRIC KEY PAIR", answer.status());
        }
        return type.publicKey(BerTlv.require(answer.data(), PUBLIC_KEY));
    }

    /// GET VERSION; empty when the card has no such command.
    Optional<FirmwareVersion> version() {
        return vendorAnswer(GET_VERSION, 3)
                .map(v -> new FirmwareVersion(v[0] & 0xFF, v[1] & 0xFF, v[2] & 0xFF));
    }

    /// GET SERIAL; empty when the card has no such command.
    Optional<Long> serialNumber() {
        return vendorAnswer(GET_SERIAL, 4).map(octets -> new BigInteger(1, octets).longValue());
    }

    /// Whether the card has GET METADATA.
    boolean tellsMetadata() {
        LongResponse answer = getMetadata(MANAGEMENT_KEY);
        return answer.status().isSuccess() && answer.data().length > 0;
    }

    /// GET METADATA of a key; empty when there is none.
    Optional<byte[]> metadata(int reference) {
        LongResponse answer = getMetadata(reference);
        if (answer.status().equals(REFERENCE_NOT_FOUND)) {
            return Optional.empty();
        }
        if (!answer.status().isSuccess()) {
            throw unexpected("GET METADATA %02X".formatted(reference), answer.status());
        }
        return Optional.of(answer.data());
    }

    /// Tries left for the PUK, on cards that have GET METADATA.
    int pukTriesLeft() {
        byte[] metadata =
                metadata(PUK).orElseThrow(() -> PivObjects.invalid("no metadata of the PUK"));
        return PivObjects.checked(
                "metadata",
                () -> {
                    byte[] retries = BerTlv.require(metadata, METADATA_RETRIES);
                    if (retries.length != 2) {
                        throw PivObjects.invalid("retries of %d octets".formatted(retries.length));
                    }
                    return retries[1] & 0xFF;
                });
    }

    /// Whether the card has MOVE KEY. Asked without the management key, and for a move of nothing
    /// to nowhere: a card that has the command misses the key, or says what else is wrong.
    boolean wouldMoveKeys() {
        LongCommand nothing = new LongCommand(MOVE_KEY, FIRST_RETIRED, FIRST_RETIRED, NONE, false);
        return KNOWN_BUT_REFUSED.contains(channel.send(nothing).status());
    }

    /// MOVE KEY; the destination has to be empty.
    void move(Container from, Container to) {
        moveKey("MOVE KEY", to.keyReference(), from.keyReference());
    }

    /// DELETE KEY.
    void delete(Container container) {
        moveKey("DELETE KEY", DELETED, container.keyReference());
    }

    private void moveKey(String name, int to, int from) {
        StatusWord status = channel.send(new LongCommand(MOVE_KEY, to, from, NONE, false)).status();
        if (!status.isSuccess()) {
            throw CardManagement.refused(name + " %02X".formatted(from), status);
        }
    }

    private LongResponse getMetadata(int reference) {
        return channel.send(new LongCommand(GET_METADATA, 0, reference, NONE, true));
    }

    private Optional<byte[]> vendorAnswer(int ins, int length) {
        LongResponse answer = channel.send(new LongCommand(ins, 0, 0, NONE, true));
        return Optional.of(answer.data())
                .filter(octets -> answer.status().isSuccess() && octets.length == length);
    }

    /// What stands under the tag in the answer's template.
    static byte[] authenticated(LongResponse answer, int tag) {
        return BerTlv.require(BerTlv.require(answer.data(), TEMPLATE), tag);
    }

    static CardException unexpected(String command, StatusWord status) {
        return PivObjects.invalid(command + " was answered with " + status);
    }

    /// @throws CardException PIN_FORMAT or PIN_TOO_SIMPLE when the card does not want the next PIN
    private PinOutcome replacePin(String name, int ins, Pin known, Pin next) {
        byte[] first = known.padded();
        byte[] second = next.padded();
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        LongCommand command = new LongCommand(ins, 0, PIN, both, false);
        try {
            StatusWord status = channel.send(command).status();
            if (status.equals(StatusWord.WRONG_DATA)) {
                throw new CardException(Problem.PIN_FORMAT, name + " was answered with " + status);
            }
            if (status.equals(StatusWord.CONDITIONS_NOT_SATISFIED)) {
                throw new CardException(
                        Problem.PIN_TOO_SIMPLE, name + " was answered with " + status);
            }
            return outcome(name, status);
        } finally {
            command.wipe();
            Arrays.fill(first, (byte) 0);
            Arrays.fill(second, (byte) 0);
            Arrays.fill(both, (byte) 0);
        }
    }

    private StatusWord verify(byte[] data) {
        LongCommand command = new LongCommand(VERIFY, 0, PIN, data, false);
        try {
            return channel.send(command).status();
        } finally {
            command.wipe();
        }
    }

    private static PinOutcome outcome(String command, StatusWord status) {
        if (status.isSuccess()) {
            return new PinOutcome.Verified();
        }
        int left = triesIn(command, status);
        return left == 0 ? new PinOutcome.Blocked() : new PinOutcome.Wrong(left);
    }

    private static int triesIn(String command, StatusWord status) {
        if (status.equals(StatusWord.AUTHENTICATION_METHOD_BLOCKED)) {
            return 0;
        }
        if (status.value() >> 4 == 0x63C) {
            return status.value() & 0xF;
        }
        throw unexpected(command, status);
    }

    private static byte[] tag(int object) {
        return new byte[] {(byte) (object >> 16), (byte) (object >> 8), (byte) object};
    }
}
