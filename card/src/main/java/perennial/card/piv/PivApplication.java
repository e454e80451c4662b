// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import java.util.Arrays;
import java.util.Optional;
import perennial.card.CardException;
import perennial.card.Pin;
import perennial.card.PinOutcome;
import perennial.card.apdu.BerTlv;
import perennial.card.apdu.ChainedChannel;
import perennial.card.apdu.LongCommand;
import perennial.card.apdu.LongResponse;
import perennial.card.apdu.StatusWord;
import perennial.core.advice.Problem;

/// The commands of the PIV card application (SP 800-73-4 part 2, 3), one method each.
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
    private static final int TAG_LIST = 0x5C;
    private static final int TEMPLATE = 0x7C;
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
