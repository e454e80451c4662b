// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.function.Function;
import perennial.card.CardException;
import perennial.card.KeySlot;
import perennial.card.apdu.ApduChannel;
import perennial.card.apdu.ChainedChannel;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyAlgorithm;
import perennial.virtualcard.applet.Coprocessor;
import perennial.virtualcard.applet.Memory;
import perennial.virtualcard.applet.Storage;

/// A PIV card that lives in this process: our applet in a Java Card simulator.
///
/// What a command changed is in the card's file before the command is answered, so killing the
/// process is to this card what a power cut is to one of plastic. Safe for use by many threads, as
/// far as one card in one reader can be.
public final class VirtualCard implements ChipCard, AutoCloseable {
    /// T=1; the historical octets name the PIV application in tag F9 (ISO/IEC 7816-4 12.1.1), so
    /// that nobody has to guess what the card is.
    private static final byte[] ATR = {
        0x3B,
        (byte) 0x8B,
        0x01,
        (byte) 0x80,
        (byte) 0xF9,
        (byte) 0xA0,
        0x00,
        0x00,
        0x03,
        0x08,
        0x00,
        0x00,
        0x10,
        0x00,
        0x48
    };

    private final Coprocessor coprocessor;
    private final Faults faults = new Faults();
    private final Memory memory;
    private final Contacts contacts = new Contacts(ATR, faults);

    private VirtualCard(Memory memory, Coprocessor coprocessor) {
        this.memory = memory;
        this.coprocessor = coprocessor;
    }

    /// A personalised card without keys or certificates, in memory only.
    public static VirtualCard create(Personalisation personalisation, SecureRandom random) {
        Memory memory = CardMaker.memory(personalisation, random);
        VirtualCard card = new VirtualCard(memory, new JcaCoprocessor(random));
        card.make(maker -> maker.personalise(personalisation, random));
        return card;
    }

    /// A personalised card without keys or certificates, kept in a file.
    ///
    /// @throws FileAlreadyExistsException when the file is there
    public static VirtualCard create(
            Path stateFile, Personalisation personalisation, SecureRandom random)
            throws IOException {
        StateFile file = new StateFile(stateFile);
        if (file.exists()) {
            throw new FileAlreadyExistsException(stateFile.toString());
        }
        try (VirtualCard card = create(personalisation, random)) {
            file.write(card.snapshot());
        }
        return open(stateFile, random);
    }

    /// The card that a file keeps.
    ///
    /// @throws IOException when the file is not there, not readable or not that of a whole card
    public static VirtualCard open(Path stateFile, SecureRandom random) throws IOException {
        StateFile file = new StateFile(stateFile);
        try {
            Memory memory = Memory.of(file::keeps, file.read());
            return new VirtualCard(memory, new JcaCoprocessor(random));
        } catch (IllegalArgumentException e) {
            FileSystemException unreadable =
                    new FileSystemException(stateFile.toString(), null, "is not a virtual card");
            unreadable.initCause(e);
            throw unreadable;
        }
    }

    /// Writes what [#snapshot] took into a file that [#open] takes a card from.
    public static void keep(Path stateFile, byte[] snapshot) throws IOException {
        new StateFile(stateFile).write(snapshot);
    }

    /// Another card, in memory only, that holds what [#snapshot] took: same keys, same number.
    public static VirtualCard ofSnapshot(byte[] snapshot, SecureRandom random) {
        return new VirtualCard(Memory.of(inMemory(), snapshot), new JcaCoprocessor(random));
    }

    /// What the card would still know after a power cut now. Holds its private keys and its PIN.
    public byte[] snapshot() {
        synchronized (contacts) {
            return memory.committed();
        }
    }

    /// Generates the slot's key pair anew, as the card's maker, through the card's own commands.
    ///
    /// @throws CardException CARD_IN_USE while a channel is open
    public PublicKey generate(KeySlot slot, KeyAlgorithm algorithm) {
        return make(maker -> maker.generate(slot.keyReference(), algorithm));
    }

    /// Writes the slot's certificate, as the card's maker, through the card's own commands.
    ///
    /// @throws CardException CARD_IN_USE while a channel is open
    public void install(KeySlot slot, Certificate certificate) {
        make(maker -> {
            maker.install(slot, certificate);
            return certificate;
        });
    }

    /// The card management key in hexadecimal, as its maker hands it to whoever may write the card.
    /// The caller wipes it.
    public char[] managementKey() {
        byte[] key;
        synchronized (contacts) {
            key = memory.managementKey();
        }
        char[] digits = new char[2 * key.length];
        for (int i = 0; i < digits.length; i++) {
            digits[i] = Character.forDigit((key[i / 2] >> (i % 2 == 0 ? 4 : 0)) & 0xF, 16);
        }
        Arrays.fill(key, (byte) 0);
        return digits;
    }

    /// Resets the card and takes it for exclusive use.
    ///
    /// @throws CardException CARD_IN_USE while another channel is open
    public ApduChannel connect() {
        return connect(true);
    }

    @Override
    public byte[] atr() {
        return contacts.atr();
    }

    @Override
    public ChipCard.Contact powerUp() {
        return connect(true);
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

    private Contacts.Contact connect(boolean faulty) {
        return contacts.powerUp(Chip.piv(memory, coprocessor), faulty);
    }

    private <T> T make(Function<CardMaker, T> work) {
        try (ChainedChannel channel = new ChainedChannel(connect(false))) {
            return work.apply(new CardMaker(channel, memory));
        }
    }

    private static Storage inMemory() {
        return content -> true;
    }
}
