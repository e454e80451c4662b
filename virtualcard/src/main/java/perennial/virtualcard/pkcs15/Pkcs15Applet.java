// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.pkcs15;

import javacard.framework.APDU;
import javacard.framework.Applet;
import javacard.framework.ISO7816;
import javacard.framework.ISOException;
import javacard.framework.JCSystem;
import javacardx.apdu.ExtendedLength;
import org.jspecify.annotations.Nullable;
import perennial.virtualcard.applet.ChipApplet;
import perennial.virtualcard.applet.Coprocessor;

/// The application itself: takes chained and long commands, hands them to their room, and gives
/// long answers out in parts where the reader does not take them whole.
public final class Pkcs15Applet extends Applet implements ChipApplet, ExtendedLength {
    private static final int CHAINED = 0x10;
    private static final int ALL_SHORT = 256;
    private static final int MAX_INPUT = CardFile.MAX_SIZE + 16;
    private static final int MAX_CHALLENGE = 256;

    /// Version 0.6 of the driver's interface; commands of extended length, random numbers, elliptic
    /// curves.
    private static final byte[] INTERFACE = {0x00, 0x06, 0x01 | 0x02 | 0x04};

    private final byte[] in = JCSystem.makeTransientByteArray((short) MAX_INPUT, (byte) 1);
    private int inLength;
    private int chainedHeader = -1;
    private byte[] out = Memory.NOTHING;
    private int outPosition;
    private @Nullable Chip chip;
    private @Nullable RuntimeException defect;

    /// The rooms, once there is a chip.
    private static final class Chip {
        final SecurityStatus status;
        final PinCommands pins;
        final FileCommands files;
        final KeyCommands keys;
        final Coprocessor coprocessor;

        Chip(Memory memory, Coprocessor coprocessor, byte[] curve) {
            this.status = new SecurityStatus(memory);
            this.pins = new PinCommands(memory, status);
            this.files = new FileCommands(memory, status);
            this.keys = new KeyCommands(memory, status, coprocessor, curve);
            this.coprocessor = coprocessor;
        }
    }

    private Pkcs15Applet() {
        register();
    }

    /// Called by the card's runtime.
    public static void install(byte[] parameters, short offset, byte length) {
        Pkcs15Applet _ = new Pkcs15Applet();
    }

    /// Gives the applet the chip that it runs on, before the first command.
    ///
    /// @param curve the domain parameters of the coprocessor's curve P-256, as objects 81 (prime),
    ///   82 and 83 (coefficients), 84 (base point), 85 (order) and 87 (cofactor, two octets)
    public void powerUp(Memory memory, Coprocessor coprocessor, byte[] curve) {
        chip = new Chip(memory, coprocessor, curve.clone());
    }

    @Override
    public @Nullable RuntimeException defect() {
        return defect;
    }

    @Override
    public boolean select() {
        dropPending();
        if (chip != null) {
            chip.status.pinForgotten();
            chip.files.reset();
            chip.keys.reset();
        }
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
            out = INTERFACE;
            outPosition = 0;
            sendPart(apdu);
            return;
        }
        if ((cla & ~CHAINED) != 0) {
            ISOException.throwIt(ISO7816.SW_CLA_NOT_SUPPORTED);
        }
        if (ins == Iso.INS_GET_RESPONSE) {
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
        int p1 = buffer[ISO7816.OFFSET_P1] & 0xFF;
        int p2 = buffer[ISO7816.OFFSET_P2] & 0xFF;
        try {
            if (ins == Iso.INS_READ_BINARY) {
                sendAsAsked(apdu, present.files.read(p1, p2));
                return;
            }
            out = execute(present, ins, p1, p2, length);
        } finally {
            for (int i = 0; i < length; i++) {
                in[i] = 0;
            }
        }
        if (ins == Iso.INS_GET_CHALLENGE) {
            sendChallenge(apdu, present.coprocessor);
            return;
        }
        sendPart(apdu);
    }

    /// Adds this command's data to the chain that it belongs to, or begins a new one.
    private void take(APDU apdu, byte[] buffer) {
        int received = apdu.setIncomingAndReceive();
        int data = apdu.getOffsetCdata();
        int header =
                ((buffer[ISO7816.OFFSET_INS] & 0xFF) << 16)
                        | ((buffer[ISO7816.OFFSET_P1] & 0xFF) << 8)
                        | (buffer[ISO7816.OFFSET_P2] & 0xFF);
        if (header != chainedHeader) {
            inLength = 0;
        }
        chainedHeader = header;
        while (received > 0) {
            if (received > MAX_INPUT - inLength) {
                dropPending();
                ISOException.throwIt(ISO7816.SW_WRONG_LENGTH);
            }
            System.arraycopy(buffer, data, in, inLength, received);
            inLength += received;
            received = apdu.receiveBytes((short) data);
        }
    }

    private byte[] execute(Chip present, byte ins, int p1, int p2, int length) {
        switch (ins) {
            case Iso.INS_VERIFY -> present.pins.verify(p1, p2, in, length);
            case Iso.INS_CHANGE_REFERENCE_DATA -> present.pins.changeReference(p1, p2, in, length);
            case Iso.INS_RESET_RETRY_COUNTER -> present.pins.resetRetryCounter(p1, p2, in, length);
            case Iso.INS_CREATE_FILE -> present.files.create(p1, p2, in, length);
            case Iso.INS_DELETE_FILE -> present.files.delete(p1, p2, in, length);
            case Iso.INS_UPDATE_BINARY -> present.files.update(p1, p2, in, length);
            case Iso.INS_SELECT -> {
                return present.files.select(p1, p2, in, length);
            }
            case Iso.INS_MANAGE_SECURITY_ENVIRONMENT ->
                    present.keys.manageEnvironment(p1, p2, in, length);
            case Iso.INS_GENERATE_KEY_PAIR -> {
                return present.keys.generate(p1, p2, in, length);
            }
            case Iso.INS_PERFORM_SECURITY_OPERATION -> {
                return present.keys.perform(p1, p2, in, length);
            }
            case Iso.INS_GET_CHALLENGE -> {
                if ((p1 | p2 | length) != 0) {
                    ISOException.throwIt(ISO7816.SW_INCORRECT_P1P2);
                }
            }
            // Where the driver would bring in a private key.
            case Iso.INS_PUT_DATA -> ISOException.throwIt(Iso.SW_NOT_ALLOWED);
            default -> ISOException.throwIt(ISO7816.SW_INS_NOT_SUPPORTED);
        }
        return Memory.NOTHING;
    }

    /// As many octets of a file as were asked for, and a warning where there are fewer. The runtime
    /// says 0 for an Le of 65,536, which no short holds: such a reader gets 256 and asks again.
    private static void sendAsAsked(APDU apdu, byte[] rest) {
        int asked = apdu.setOutgoing();
        int wanted = asked == 0 ? ALL_SHORT : asked;
        int sent = rest.length < wanted ? rest.length : wanted;
        apdu.setOutgoingLength((short) sent);
        apdu.sendBytesLong(rest, (short) 0, (short) sent);
        if (sent < wanted && wanted != ALL_SHORT) {
            ISOException.throwIt(Iso.SW_END_OF_FILE);
        }
    }

    private static void sendChallenge(APDU apdu, Coprocessor coprocessor) {
        int wanted = apdu.setOutgoing();
        if (wanted > MAX_CHALLENGE) {
            ISOException.throwIt(ISO7816.SW_WRONG_LENGTH);
        }
        byte[] challenge = new byte[wanted];
        coprocessor.random(challenge, 0, wanted);
        apdu.setOutgoingLength((short) wanted);
        apdu.sendBytesLong(challenge, (short) 0, (short) wanted);
    }

    private void sendPart(APDU apdu) {
        int left = out.length - outPosition;
        if (left == 0) {
            return;
        }
        int wanted = apdu.setOutgoing();
        int part = wanted > 0 && left > wanted ? wanted : left;
        if (wanted == 0 && part > ALL_SHORT) {
            part = ALL_SHORT;
        }
        apdu.setOutgoingLength((short) part);
        apdu.sendBytesLong(out, (short) outPosition, (short) part);
        outPosition += part;
        left -= part;
        if (left > 0) {
            ISOException.throwIt((short) (Iso.SW_BYTES_REMAINING | (left >= ALL_SHORT ? 0 : left)));
        }
        out = Memory.NOTHING;
        outPosition = 0;
    }

    private void dropPending() {
        inLength = 0;
        chainedHeader = -1;
        out = Memory.NOTHING;
        outPosition = 0;
    }
}
