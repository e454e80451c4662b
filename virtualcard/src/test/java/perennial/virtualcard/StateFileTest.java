// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static perennial.virtualcard.Cards.RANDOM;
import static perennial.virtualcard.Cards.RIGHT;
import static perennial.virtualcard.Cards.WRONG;
import static perennial.virtualcard.Cards.open;
import static perennial.virtualcard.Cards.verify;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.card.CardException;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.card.PinOutcome;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyAlgorithm;
import perennial.core.crypto.Signer;

/// A card in a file outlives its process.
class StateFileTest {
    @TempDir Path folder = Path.of("");

    @Test
    void keys_certificates_and_tries_survive_close_and_reopen() throws IOException {
        Certificate certificate;
        try (VirtualCard card = create()) {
            certificate =
                    Cards.AUTHORITY.certify(
                            card.generate(KeySlot.DIGITAL_SIGNATURE, KeyAlgorithm.P_256));
            card.install(KeySlot.DIGITAL_SIGNATURE, certificate);
            try (CardSession session = open(card)) {
                assertEquals(new PinOutcome.Wrong(2), verify(session, WRONG));
            }
        }
        VirtualCard again = reopen();
        try (CardSession session = open(again)) {
            assertEquals(Cards.NUMBER, session.cardNumber());
            assertEquals(2, session.triesLeft());
            verify(session, RIGHT);
            assertEquals(Optional.of(certificate), session.certificate(KeySlot.DIGITAL_SIGNATURE));
            session.signer(KeySlot.DIGITAL_SIGNATURE).sign(new byte[] {1});
        }
    }

    @Test
    void what_a_command_changed_is_in_the_file_before_it_is_answered() throws IOException {
        try (VirtualCard card = create();
                CardSession session = open(card)) {
            verify(session, WRONG);
            try (CardSession other = open(reopen())) {
                assertEquals(2, other.triesLeft());
            }
        }
    }

    @Test
    void only_the_owner_may_read_the_file() throws IOException {
        create().close();
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
        assertFalse(Files.exists(folder.resolve("card.part")));
    }

    @Test
    void a_card_that_cannot_be_kept_refuses_and_changes_nothing() throws IOException {
        VirtualCard card = create();
        byte[] before = card.snapshot();
        try (CardSession session = open(card)) {
            Files.createDirectories(folder.resolve("card.part/in-the-way"));
            assertThrows(CardException.class, () -> verify(session, WRONG));
            assertEquals(3, session.triesLeft());
            assertTrue(Arrays.equals(before, card.snapshot()));
        }
    }

    @Test
    void a_damaged_file_is_refused() throws IOException {
        create().close();
        byte[] whole = Files.readAllBytes(file());
        for (int i = 0; i < whole.length; i += 7) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 1;
            Files.write(file(), damaged);
            assertThrows(FileSystemException.class, this::reopen);
            Files.write(file(), Arrays.copyOf(whole, i));
            assertThrows(FileSystemException.class, this::reopen);
        }
        Files.write(file(), whole);
        reopen().close();
    }

    @Test
    void an_existing_file_is_not_replaced_and_a_missing_one_not_made() throws IOException {
        assertThrows(NoSuchFileException.class, this::reopen);
        create().close();
        assertThrows(FileAlreadyExistsException.class, this::create);
    }

    /// The file was written before there were public halves, moved keys and products.
    @Test
    void a_card_of_format_1_still_opens_signs_and_is_kept_as_format_2() throws IOException {
        try (InputStream in = StateFileTest.class.getResourceAsStream("format-1.card")) {
            Files.copy(Objects.requireNonNull(in), file());
        }
        int formatAt = 4;
        assertEquals(1, Files.readAllBytes(file())[formatAt]);
        for (int i = 0; i < 2; i++) {
            try (VirtualCard card = reopen();
                    CardSession session = open(card)) {
                assertEquals(Cards.NUMBER, session.cardNumber());
                assertEquals(new PinOutcome.Verified(), verify(session, RIGHT));
                session.signer(KeySlot.DIGITAL_SIGNATURE).sign(new byte[] {1});
                Signer key = session.signer(KeySlot.KEY_MANAGEMENT);
                key.sign(new byte[] {1});
                Certificate fresh = Cards.AUTHORITY.certify(key.publicKey());
                session.write(KeySlot.KEY_MANAGEMENT, fresh);
            }
            assertEquals(2, Files.readAllBytes(file())[formatAt]);
        }
    }

    private Path file() {
        return folder.resolve("card");
    }

    private VirtualCard create() throws IOException {
        return VirtualCard.create(file(), Cards.personalisation(), RANDOM);
    }

    private VirtualCard reopen() throws IOException {
        return VirtualCard.open(file(), RANDOM);
    }
}
