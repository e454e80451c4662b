// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import perennial.card.apdu.BerTlv;
import perennial.card.apdu.ChainedChannel;
import perennial.card.apdu.LongCommand;
import perennial.card.apdu.LongResponse;

/// The card's maker: puts an empty PKCS #15 application (PKCS #15 v1.1, ISO/IEC 7816-15) on a blank
/// card through its own commands, in the places where OpenSC's profile for the card looks. OpenSC
/// adds the directories of keys and certificates when it needs them.
///
/// Where OpenSC's own `pkcs15-init` would leave directories open to everybody, these are written
/// with the PIN only.
final class Pkcs15Maker {
    private static final int DIRECTORY = 0x2F00;
    private static final int APPLICATION = 0x5015;
    private static final int OBJECTS = 0x5031;
    private static final int TOKEN = 0x5032;
    private static final int AUTHENTICATION = 0x4401;

    /// Sizes that OpenSC's profile gives.
    private static final int SMALL = 128;

    private static final int LARGE = 256;
    private static final int FOLDER_SIZE = 5000;

    private static final int PIN_LENGTH = 16;
    private static final int PIN_REFERENCE = 0x01;
    private static final int PUK_REFERENCE = 0x02;
    private static final String LABEL = "Perennial";

    private static final byte[] APPLICATION_NAME =
            HexFormat.of().parseHex("A000000063504B43532D3135");

    /// Read by all, everything else with the PIN, deleted never.
    private static final byte[] READ_BY_ALL = HexFormat.of().parseHex("FFFFFFFFFF909000");

    /// Files are made and deleted with the PIN; the folder itself is not deleted.
    private static final byte[] FILED_WITH_PIN = HexFormat.of().parseHex("FFFFFFFFFF909090");

    private final ChainedChannel channel;

    Pkcs15Maker(ChainedChannel channel) {
        this.channel = channel;
    }

    /// Files first, the PIN last: until it is set nothing asks for it.
    void personalise(Personalisation personalisation) {
        byte[] _ = send(new LongCommand(0xA4, 0x04, 0, Pkcs15Card.APPLICATION.clone(), false));
        write(DIRECTORY, SMALL, applicationTemplate());
        create(APPLICATION, (byte) 0x38, FOLDER_SIZE, FILED_WITH_PIN);
        write(OBJECTS, LARGE, objects());
        byte[] number = HexFormat.of().parseHex(personalisation.cardNumber().value());
        byte[] token = token(number);
        write(TOKEN, token.length, token);
        write(AUTHENTICATION, LARGE, holderPin());
        set(PUK_REFERENCE, personalisation.puk());
        set(PIN_REFERENCE, personalisation.pin());
    }

    private void set(int reference, char[] characters) {
        byte[] value = new byte[PIN_LENGTH];
        for (int i = 0; i < characters.length; i++) {
            value[i] = (byte) characters[i];
        }
        Arrays.fill(characters, '\0');
        LongCommand command = new LongCommand(0x24, 0x01, reference, value, false);
        Arrays.fill(value, (byte) 0);
        try {
            byte[] _ = send(command);
        } finally {
            command.wipe();
        }
    }

    /// A new elementary file of the current folder, with this at its beginning.
    private void write(int identifier, int size, byte[] content) {
        create(identifier, (byte) 0x01, size, READ_BY_ALL);
        byte[] _ = send(new LongCommand(0xD6, 0, 0, content, false));
    }

    private void create(int identifier, byte descriptor, int size, byte[] conditions) {
        byte[] parameters =
                BerTlv.concat(
                        new BerTlv(0x81, two(size)),
                        new BerTlv(0x82, new byte[] {descriptor}),
                        new BerTlv(0x83, two(identifier)),
                        new BerTlv(0x86, conditions));
        byte[] template = new BerTlv(0x62, parameters).encoded();
        byte[] _ = send(new LongCommand(0xE0, 0, 0, template, false));
    }

    /// ISO/IEC 7816-4 12.2.2: name, label, path.
    private static byte[] applicationTemplate() {
        return new BerTlv(
                        0x61,
                        BerTlv.concat(
                                new BerTlv(0x4F, APPLICATION_NAME),
                                new BerTlv(0x50, text(LABEL)),
                                new BerTlv(0x51, HexFormat.of().parseHex("3F005015"))))
                .encoded();
    }

    /// Where the authentication objects are.
    private static byte[] objects() {
        BerTlv path = new BerTlv(0x04, HexFormat.of().parseHex("3F0050154401"));
        return new BerTlv(0xA8, sequence(path).encoded()).encoded();
    }

    private static byte[] token(byte[] number) {
        return sequence(
                        new BerTlv(0x02, new byte[] {0}),
                        new BerTlv(0x04, number),
                        new BerTlv(0x0C, text(LABEL)),
                        new BerTlv(0x80, text(LABEL)),
                        // loginRequired, prnGeneration
                        new BerTlv(0x03, new byte[] {0x05, 0x60}))
                .encoded();
    }

    /// One PIN: 4 to 16 characters, filled up with 00.
    private static byte[] holderPin() {
        BerTlv common =
                sequence(
                        new BerTlv(0x0C, text("PIN")),
                        // private, modifiable
                        new BerTlv(0x03, new byte[] {0x06, (byte) 0xC0}));
        BerTlv identifier = sequence(new BerTlv(0x04, new byte[] {0x01}));
        BerTlv attributes =
                sequence(
                        // case-sensitive, initialized, needs-padding
                        new BerTlv(0x03, new byte[] {0x02, (byte) 0x8C}),
                        // ascii-numeric
                        new BerTlv(0x0A, new byte[] {0x01}),
                        new BerTlv(0x02, new byte[] {0x04}),
                        new BerTlv(0x02, new byte[] {PIN_LENGTH}),
                        new BerTlv(0x02, new byte[] {PIN_LENGTH}),
                        new BerTlv(0x80, new byte[] {PIN_REFERENCE}),
                        new BerTlv(0x04, new byte[] {0x00}));
        return sequence(common, identifier, new BerTlv(0xA1, attributes.encoded())).encoded();
    }

    private static BerTlv sequence(BerTlv... parts) {
        return new BerTlv(0x30, BerTlv.concat(parts));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] two(int number) {
        return new byte[] {(byte) (number >> 8), (byte) number};
    }

    private byte[] send(LongCommand command) {
        LongResponse answer = channel.send(command);
        if (!answer.status().isSuccess()) {
            throw new IllegalStateException(command + " was answered with " + answer);
        }
        return answer.data();
    }
}
