// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.security.SecureRandom;
import perennial.card.CardException;
import perennial.card.apdu.ApduChannel;
import perennial.card.apdu.ChainedChannel;
import perennial.virtualcard.applet.Coprocessor;
import perennial.virtualcard.pkcs15.Memory;
import perennial.virtualcard.pkcs15.Pkcs15Applet;

/// A card with a PKCS #15 application that lives in this process: our applet in a Java Card
/// simulator, for which OpenSC's PKCS #11 module makes keys and writes certificates with the
/// holder's ordinary PIN (driver `isoApplet`).
///
/// What a command changed is in the card's file before the command is answered, so killing the
/// process is to this card what a power cut is to one of plastic. Safe for use by many threads, as
/// far as one card in one reader can be.
public final class Pkcs15Card implements ChipCard, AutoCloseable {
    /// T=1; the historical octets hold the issuer's word `Perennial` (ISO/IEC 7816-4 12.1.1.6), so
    /// that no driver takes the card for one that it knows; OpenSC finds it by its application.
    private static final byte[] ATR = {
        0x3B,
        (byte) 0x8B,
        0x01,
        (byte) 0x80,
        0x59,
        'P',
        'e',
        'r',
        'e',
        'n',
        'n',
        'i',
        'a',
        'l',
        0x15
    };

    /// Where the driver looks.
    static final byte[] APPLICATION = {
        (byte) 0xF2,
        0x76,
        (byte) 0xA2,
        (byte) 0x88,
        (byte) 0xBC,
        (byte) 0xFB,
        (byte) 0xA6,
        (byte) 0x9D,
        0x34,
        (byte) 0xF3,
        0x10,
        0x01
    };

    private final Memory memory;
    private final Coprocessor coprocessor;
    private final Faults faults = new Faults();
    private final Contacts contacts = new Contacts(ATR, faults);

    private Pkcs15Card(Memory memory, SecureRandom random) {
        this.memory = memory;
        this.coprocessor = new JcaCoprocessor(random);
    }

    /// A card with a PIN and an empty PKCS #15 application, in memory only.
    public static Pkcs15Card create(Personalisation personalisation, SecureRandom random) {
        Pkcs15Card card = blank(random);
        try (ChainedChannel channel = new ChainedChannel(card.power(false))) {
            new Pkcs15Maker(channel).personalise(personalisation);
        }
        return card;
    }

    /// The same, kept in a file.
    ///
    /// @throws FileAlreadyExistsException when the file is there
    public static Pkcs15Card create(
            Path stateFile, Personalisation personalisation, SecureRandom random)
            throws IOException {
        return kept(create(personalisation, random), stateFile, random);
    }

    /// A card as it leaves the factory, in memory only: no files, no PIN. `pkcs15-init` makes a
    /// PKCS #15 application on it.
    public static Pkcs15Card blank(SecureRandom random) {
        return new Pkcs15Card(Memory.factoryNew(content -> true), random);
    }

    /// The same, kept in a file.
    ///
    /// @throws FileAlreadyExistsException when the file is there
    public static Pkcs15Card blank(Path stateFile, SecureRandom random) throws IOException {
        return kept(blank(random), stateFile, random);
    }

    /// The card that a file keeps.
    ///
    /// @throws IOException when the file is not there, not readable or not that of a whole card of
    ///   this kind
    public static Pkcs15Card open(Path stateFile, SecureRandom random) throws IOException {
        StateFile file = new StateFile(stateFile);
        try {
            return new Pkcs15Card(Memory.of(file::keeps, file.read()), random);
        } catch (IllegalArgumentException e) {
            FileSystemException unreadable =
                    new FileSystemException(
                            stateFile.toString(), null, "is not a virtual PKCS #15 card");
            unreadable.initCause(e);
            throw unreadable;
        }
    }

    /// Another card, in memory only, that holds what [#snapshot] took: same keys, same files.
    public static Pkcs15Card ofSnapshot(byte[] snapshot, SecureRandom random) {
        return new Pkcs15Card(Memory.of(content -> true, snapshot), random);
    }

    /// What the card would still know after a power cut now. Holds its private keys and its PIN.
    public byte[] snapshot() {
        synchronized (contacts) {
            return memory.committed();
        }
    }

    /// Resets the card and takes it for exclusive use.
    ///
    /// @throws CardException CARD_IN_USE while another channel is open
    public ApduChannel connect() {
        return power(true);
    }

    @Override
    public byte[] atr() {
        return contacts.atr();
    }

    @Override
    public ChipCard.Contact powerUp() {
        return power(true);
    }

    public Faults faults() {
        return faults;
    }

    /// Whether a channel is open.
    public boolean inUse() {
        return contacts.inUse();
    }

    /// Cuts the power off, as when the card is pulled out: an open channel is dead from now on.
    @Override
    public void close() {
        contacts.cut();
    }

    private Contacts.Contact power(boolean faulty) {
        Chip chip =
                Chip.powered(
                        APPLICATION,
                        Pkcs15Applet.class,
                        applet -> applet.powerUp(memory, coprocessor, DomainParameters.p256()));
        return contacts.powerUp(chip, faulty);
    }

    private static Pkcs15Card kept(Pkcs15Card made, Path stateFile, SecureRandom random)
            throws IOException {
        StateFile file = new StateFile(stateFile);
        if (file.exists()) {
            throw new FileAlreadyExistsException(stateFile.toString());
        }
        file.write(made.snapshot());
        return open(stateFile, random);
    }
}
