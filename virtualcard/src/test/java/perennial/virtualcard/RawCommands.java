// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/// Commands in hexadecimal to a card under power.
final class RawCommands implements AutoCloseable {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private final ChipCard.Contact contact;

    RawCommands(ChipCard card) {
        this.contact = card.powerUp();
    }

    /// The answer with its status word.
    String send(String command) {
        return HEX.formatHex(contact.transmit(HEX.parseHex(command)));
    }

    String status(String command) {
        String answer = send(command);
        return answer.substring(answer.length() - 4);
    }

    void expect(String status, String... commands) {
        for (String command : commands) {
            assertEquals(status, status(command), command);
        }
    }

    /// The answer's data, all its parts.
    byte[] data(String command) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        byte[] answer = contact.transmit(HEX.parseHex(command));
        while (answer[answer.length - 2] == 0x61) {
            whole.write(answer, 0, answer.length - 2);
            answer = contact.transmit(HEX.parseHex("00C0000000"));
        }
        whole.write(answer, 0, answer.length - 2);
        assertEquals("9000", HEX.formatHex(answer).substring(2 * answer.length - 4), command);
        return whole.toByteArray();
    }

    /// A command of extended length (ISO/IEC 7816-4 5.1) with all data that there is asked for.
    static String extended(String header, byte[] data) {
        return header + "00%04X".formatted(data.length) + HEX.formatHex(data) + "0000";
    }

    /// A command of extended length that asks for nothing.
    static String extendedSilent(String header, byte[] data) {
        return header + "00%04X".formatted(data.length) + HEX.formatHex(data);
    }

    static String hex(byte[] octets) {
        return HEX.formatHex(octets);
    }

    @Override
    public void close() {
        contact.close();
    }
}
