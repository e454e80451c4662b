// SPDX-License-Identifier: Apache-2.0
package perennial.card.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.card.CardException;
import perennial.card.CardReader;
import perennial.card.CardSession;
import perennial.card.apdu.ApduChannel;
import perennial.card.apdu.ApduReader;
import perennial.card.apdu.ApduReaders;
import perennial.card.apdu.Transcript;
import perennial.card.pkcs11.Pkcs11Module;
import perennial.card.pkcs11.SoftHsm;
import perennial.core.advice.Problem;

/// Readers over PC/SC and the tokens of SoftHSM, together.
class DrivenReadersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String SELECT = "00 A4 04 00 09 A0 00 00 03 08 00 00 10 00 00";
    private static final String GET_HOLDER = "00 CB 3F FF 05 5C 03 5F C1 02 00";
    private static final String HOLDER =
            "533B3019D0439458210C2C19A0846D83685A1082108CE73984108CA3FC"
                    + "34104C8D536A86AA98A5CE20D53557776E58"
                    + "350832303330303130313E00FE00";

    @TempDir static Path directory;
    private static SoftHsm hsm;

    @BeforeAll
    static void start() throws Exception {
        hsm = SoftHsm.in(directory);
    }

    @AfterAll
    static void stop() {
        hsm.close();
    }

    @Test
    void a_piv_card_is_spoken_to_as_one() {
        Transcript card = new Transcript(SELECT, "90 00", GET_HOLDER, HOLDER + "9000");
        try (DrivenReaders readers = readers(List.of(new OneReader("Reader 00", card)));
                CardSession session = readers.list().getFirst().open()) {
            assertEquals("0032000109244601", session.cardNumber().value());
        }
    }

    @Test
    void a_token_without_a_reader_is_a_place_of_its_own() {
        try (DrivenReaders readers = readers(List.of())) {
            CardReader token = readers.list().getFirst();
            assertTrue(token.name().startsWith("SoftHSM holder "), token.name());
            assertTrue(token.cardPresent());
            try (CardSession session = token.open()) {
                assertTrue(token.name().endsWith(session.cardNumber().value()));
                assertProblem(Problem.CARD_IN_USE, token);
                assertEquals(List.of(token.name()), names(readers));
            }
            try (CardSession session = token.open()) {
                assertEquals(3, session.triesLeft());
            }
        }
    }

    @Test
    void tokens_are_there_where_no_card_service_runs() {
        ApduReaders none =
                new ApduReaders() {
                    @Override
                    public List<ApduReader> list() {
                        throw new CardException(Problem.READER_SERVICE_MISSING, "none");
                    }

                    @Override
                    public boolean awaitChange(Duration atMost) {
                        return false;
                    }
                };
        try (DrivenReaders readers =
                new DrivenReaders(none, settings(), PATIENCE, new SecureRandom())) {
            assertEquals(1, readers.list().size());
        }
        try (DrivenReaders readers =
                new DrivenReaders(none, DriverSettings.none(), PATIENCE, new SecureRandom())) {
            assertThrows(CardException.class, readers::list);
        }
    }

    @Test
    void a_card_that_no_driver_fits_is_not_supported() {
        Transcript card = new Transcript(SELECT, "6A 82");
        try (DrivenReaders readers = readers(List.of(new OneReader("Reader 00", card)))) {
            assertProblem(Problem.CARD_NOT_SUPPORTED, readers.list().getFirst());
        }
        card.assertFinished();
    }

    @Test
    void a_reader_gets_the_driver_that_its_holder_names() {
        Transcript card = new Transcript();
        DriverSettings wish =
                new DriverSettings(List.of(hsm.module()), Map.of("Reader 00", "SoftHSM"));
        try (DrivenReaders readers =
                new DrivenReaders(
                        new Readers(List.of(new OneReader("Reader 00", card))),
                        wish,
                        PATIENCE,
                        new SecureRandom())) {
            assertProblem(Problem.CARD_NOT_SUPPORTED, readers.list().getFirst());
        }
        card.assertFinished();
    }

    @Test
    void a_library_that_fails_takes_no_other_place_with_it() {
        Pkcs11Module missing =
                new Pkcs11Module("Missing", directory.resolve("missing.so"), Map.of());
        DriverSettings both = new DriverSettings(List.of(missing, hsm.module()), Map.of());
        try (DrivenReaders readers =
                new DrivenReaders(new Readers(List.of()), both, PATIENCE, new SecureRandom())) {
            List<CardReader> places = readers.list();
            assertEquals(2, places.size());
            assertEquals("Missing", places.getFirst().name());
            assertFalse(places.getFirst().cardPresent());
            assertProblem(Problem.TOKEN_LIBRARY_FAILED, places.getFirst());
        }
    }

    @Test
    void nothing_that_happens_is_no_change() throws Exception {
        try (DrivenReaders readers = readers(List.of())) {
            assertFalse(readers.awaitChange(Duration.ofMillis(10)));
        }
    }

    private static List<String> names(DrivenReaders readers) {
        return readers.list().stream().map(CardReader::name).toList();
    }

    private static DrivenReaders readers(List<ApduReader> present) {
        return new DrivenReaders(new Readers(present), settings(), PATIENCE, new SecureRandom());
    }

    private static DriverSettings settings() {
        return new DriverSettings(List.of(hsm.module()), Map.of());
    }

    private static void assertProblem(Problem problem, CardReader reader) {
        CardException refused = assertThrows(CardException.class, reader::open);
        assertEquals(problem, refused.problem());
    }

    private record Readers(List<ApduReader> list) implements ApduReaders {
        @Override
        public boolean awaitChange(Duration atMost) {
            return false;
        }
    }

    private record OneReader(String name, ApduChannel card) implements ApduReader {
        @Override
        public boolean cardPresent() {
            return true;
        }

        @Override
        public ApduChannel connect() {
            return card;
        }
    }
}
