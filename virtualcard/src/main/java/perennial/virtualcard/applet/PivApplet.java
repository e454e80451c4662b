// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.applet;

import javacard.framework.APDU;
import javacard.framework.Applet;
import javacard.framework.ISO7816;
import javacard.framework.ISOException;
import javacard.framework.JCSystem;
import org.jspecify.annotations.Nullable;

/// The application itself: takes chained commands together, hands them to their room, and gives
/// long answers out in parts.
public final class PivApplet extends Applet implements ChipApplet {
    private static final int CHAINED = 0x10;
    private static final int ANSWER_PART = 256;
    private static final int MAX_INPUT = Memory.MAX_OBJECT + 16;

    /// Application property template: AID, and the tag allocation authority (part 2, 3.1.1).
    private static final byte[] PROPERTIES = {
        0x61,
        0x11,
        0x4F,
        0x06,
        0x00,
        0x00,
        0x10,
        0x00,
        0x01,
        0x00,
        0x79,
        0x07,
        0x4F,
        0x05,
        (byte) 0xA0,
        0x00,
        0x00,
        0x03,
        0x08
    };

    private final SecurityStatus status = new SecurityStatus();
    private final byte[] in = JCSystem.makeTransientByteArray((short) MAX_INPUT, (byte) 1);
    private int inLength;
    private int chainedHeader = -1;
    private byte[] out = Memory.NOTHING;
    private int outPosition;
    private @Nullable Chip chip;
    private @Nullable RuntimeException defect;

    /// The rooms, once there is a chip.
    private static final class Chip {
        final PinCommands pins;
        final ObjectCommands objects;
        final KeyCommands keys;
        final VendorCommands vendor;

        Chip(Memory memory, SecurityStatus status, Coprocessor coprocessor) {
            this.pins = new PinCommands(memory, status);
            this.objects = new ObjectCommands(memory, status);
            this.keys = new KeyCommands(memory, status, coprocessor);
            this.vendor = new VendorCommands(memory, status, coprocessor);
        }
    }

    private PivApplet() {
        register();
    }

    /// Called by the card's runtime.
    public static void install(byte[] parameters, short offset, byte length) {
        PivApplet _ = new PivApplet();
    }

    /// Gives the applet the chip that it runs on, before the first command.
    public void powerUp(Memory memory, Coprocessor coprocessor) {
        chip = new Chip(memory, status, coprocessor);
    }

    @Override
    public @Nullable RuntimeException defect() {
        return defect;
    }

    @Override
    public boolean select() {
        status.reset();
        dropPending();
        return true;
    }

    @Override
    public void process(APDU apdu) {
        try {
            answer(apdu);
        } catch (ISOException e) {
            throw e;
        } catch (RuntimeException e) {
            defect = e;
            throw e;
        }
    }

    private void answer(APDU apdu) {
        Chip present = chip;
        if (present == null) {
            throw new IllegalStateException("no chip");
        }
        byte[] buffer = apdu.getBuffer();
        int cla = buffer[ISO7816.OFFSET_CLA] & 0xFF;
        byte ins = buffer[ISO7816.OFFSET_INS];
        if (selectingApplet()) {
            out = PROPERTIES;
            outPosition = 0;
            sendPart(apdu);
            return;
        }
        if ((cla & ~CHAINED) != 0) {
            ISOException.throwIt(ISO7816.SW_CLA_NOT_SUPPORTED);
        }
        if (ins == Piv.INS_GET_RESPONSE) {
            if (outPosition >= out.length) {
                ISOException.throwIt(ISO7816.SW_CONDITIONS_NOT_SATISFIED);
            }
            sendPart(apdu);
            return;
        }
        take(apdu, buffer);
        if ((cla & CHAINED) != 0) {
            return;
        }
        int length = inLength;
        inLength = 0;
        chainedHeader = -1;
        outPosition = 0;
        out = Memory.NOTHING;
        try {
            out = execute(present, buffer, length);
        } finally {
            for (int i = 0; i < length; i++) {
                in[i] = 0;
            }
        }
        sendPart(apdu);
    }

    /// Adds this command's data to the chain that it belongs to, or begins a new one.
    private void take(APDU apdu, byte[] buffer) {
        int received = apdu.setIncomingAndReceive();
        int header =
                ((buffer[ISO7816.OFFSET_INS] & 0xFF) << 16)
                        | ((buffer[ISO7816.OFFSET_P1] & 0xFF) << 8)
                        | (buffer[ISO7816.OFFSET_P2] & 0xFF);
        if (header != chainedHeader) {
            inLength = 0;
        }
        chainedHeader = header;
        if (received > MAX_INPUT - inLength) {
            dropPending();
            ISOException.throwIt(ISO7816.SW_FILE_FULL);
        }
        System.arraycopy(buffer, ISO7816.OFFSET_CDATA, in, inLength, received);
        inLength += received;
    }

    private byte[] execute(Chip present, byte[] header, int length) {
        byte ins = header[ISO7816.OFFSET_INS];
        int p1 = header[ISO7816.OFFSET_P1] & 0xFF;
        int p2 = header[ISO7816.OFFSET_P2] & 0xFF;
        if (ins != Piv.INS_GENERAL_AUTHENTICATE) {
            status.pinNoLongerFresh();
        }
        switch (ins) {
            case Piv.INS_VERIFY -> present.pins.verify(p1, p2, in, length);
            case Piv.INS_CHANGE_REFERENCE_DATA -> present.pins.changeReference(p1, p2, in, length);
            case Piv.INS_RESET_RETRY_COUNTER -> present.pins.resetRetryCounter(p1, p2, in, length);
            case Piv.INS_PUT_DATA -> present.objects.put(p1, p2, in, length);
            case Piv.INS_GET_DATA -> {
                return present.objects.get(p1, p2, in, length);
            }
            case Piv.INS_GENERATE_KEY_PAIR -> {
                return present.keys.generate(p1, p2, in, length);
            }
            case Piv.INS_GENERAL_AUTHENTICATE -> {
                try {
                    return present.keys.authenticate(p1, p2, in, length);
                } finally {
                    status.pinNoLongerFresh();
                }
            }
            default -> {
                byte[] answer = present.vendor.execute(ins, p1, p2, in, length);
                if (answer == null) {
                    ISOException.throwIt(ISO7816.SW_INS_NOT_SUPPORTED);
                }
                return answer == null ? Memory.NOTHING : answer;
            }
        }
        return Memory.NOTHING;
    }

    private void sendPart(APDU apdu) {
        int left = out.length - outPosition;
        if (left == 0) {
            return;
        }
        int wanted = apdu.setOutgoing();
        int part = left;
        if (part > ANSWER_PART) {
            part = ANSWER_PART;
        }
        if (wanted > 0 && part > wanted) {
            part = wanted;
        }
        apdu.setOutgoingLength((short) part);
        apdu.sendBytesLong(out, (short) outPosition, (short) part);
        outPosition += part;
        left -= part;
        if (left > 0) {
            ISOException.throwIt(
                    (short) (Piv.SW_BYTES_REMAINING | (left >= ANSWER_PART ? 0 : left)));
        }
        out = Memory.NOTHING;
        outPosition = 0;
    }

    private void dropPending() {
        inLength = 0;
        chainedHeader = -1;
        out = Memory.NOTHING;
        outPosition = 0;
        if (chip != null) {
            chip.keys.reset();
        }
    }
}
