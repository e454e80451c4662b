// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Arrays;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import perennial.card.CardException;

/// One connection to vpcd: a card that is in its slot. Each message is a length of two octets, the
/// high one first, and so many octets; a message of one octet is not for the chip but for its
/// power.
final class VpcdConnection implements AutoCloseable {
    private static final int POWER_OFF = 0;
    private static final int POWER_ON = 1;
    private static final int RESET = 2;
    private static final int ASK_ATR = 4;
    private static final int CONNECT_MILLIS = 2000;

    private final Socket socket = new Socket();
    private final ChipCard card;
    private final DataInputStream in;
    private final DataOutputStream out;
    private ChipCard.@Nullable Contact contact;

    /// @throws IOException when vpcd cannot be reached
    VpcdConnection(InetSocketAddress vpcd, ChipCard card) throws IOException {
        this.card = card;
        try {
            socket.connect(vpcd, CONNECT_MILLIS);
            socket.setTcpNoDelay(true);
            in = new DataInputStream(socket.getInputStream());
            // Length and content leave in one segment.
            out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /// Answers until contact is lost: by a fault of the card, by [#close], or by vpcd's end.
    void serve() throws IOException {
        try {
            for (; ; ) {
                byte[] message = read();
                try {
                    answer(message);
                } finally {
                    Arrays.fill(message, (byte) 0);
                }
            }
        } catch (CardException | EOFException | SocketException e) {
            // Contact is lost: to the reader the card is out.
            powerOff();
        }
    }

    private void answer(byte[] message) throws IOException {
        if (message.length != 1) {
            write(powered().transmit(message));
            return;
        }
        switch (message[0]) {
            case POWER_OFF -> powerOff();
            case POWER_ON, RESET -> {
                powerOff();
                ChipCard.Contact _ = powered();
            }
            case ASK_ATR -> write(card.atr());
            default -> throw new IOException("vpcd says %02X".formatted(message[0]));
        }
    }

    private ChipCard.Contact powered() {
        ChipCard.Contact open = contact;
        if (open == null) {
            open = card.powerUp();
            contact = open;
        }
        return open;
    }

    private void powerOff() {
        if (contact != null) {
            contact.close();
            contact = null;
        }
    }

    /// vpcd sends length and content apart: without a quick acknowledgement of the first, the
    /// second waits for 40 ms. The option does not last, so it is set each time.
    private byte[] read() throws IOException {
        if (socket.supportedOptions().contains(ExtendedSocketOptions.TCP_QUICKACK)) {
            socket.setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
        }
        byte[] message = new byte[in.readUnsignedShort()];
        in.readFully(message);
        return message;
    }

    private void write(byte[] message) throws IOException {
        out.writeShort(message.length);
        out.write(message);
        out.flush();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a socket that cannot be closed", e);
        }
    }
}
