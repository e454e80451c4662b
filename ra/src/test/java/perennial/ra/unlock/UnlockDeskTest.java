// SPDX-License-Identifier: Apache-2.0
package perennial.ra.unlock;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.SoftwareSigner;
import perennial.protocol.cmp.Credential;
import perennial.protocol.cmp.ProtocolException;
import perennial.protocol.http.BytesHandler;
import perennial.protocol.unlock.UnlockAsking;
import perennial.protocol.unlock.UnlockMessageException;
import perennial.protocol.unlock.UnlockResponse;
import perennial.ra.MovableClock;
import perennial.ra.TestAuthority;
import perennial.ra.TestRegister;

/// The authority's side of an unlock, against the agent's.
class UnlockDeskTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    private static final CardNumber CARD = new CardNumber("0088000000000001");
    private static final char[] PUK = "87350218".toCharArray();
    private static final char[] WRONG = "WRONGWRONG22".toCharArray();
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] KEY = new byte[UnlockKey.OCTETS];

    private static TestRegister postgres;

    private final MovableClock clock = new MovableClock(NOW);
    private final Credential credential = credential();
    private final UnlockDesk desk = desk(1000);

    @BeforeAll
    static void start() throws IOException {
        postgres = new TestRegister();
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    private UnlockDesk desk(int perMinute) {
        return new UnlockDesk(
                postgres.database(), UnlockKey.of(KEY), credential, perMinute, clock, RANDOM);
    }

    @SuppressWarnings("JavaUtilDate") // the certificate builder takes nothing else
    private static Credential credential() {
        KeyPair keys = TestAuthority.newKeys();
        X500Principal name = new X500Principal("CN=Test RA,C=TW");
        try {
            var builder =
                    new JcaX509v3CertificateBuilder(
                            name,
                            BigInteger.ONE,
                            Date.from(NOW.minus(Duration.ofDays(1))),
                            Date.from(NOW.plus(Duration.ofDays(365))),
                            name,
                            keys.getPublic());
            builder.addExtension(
                    Extension.extendedKeyUsage,
                    false,
                    new ExtendedKeyUsage(
                            KeyPurposeId.getInstance(
                                    new ASN1ObjectIdentifier("1.3.6.1.5.5.7.3.28"))));
            Certificate certificate =
                    Certificate.ofDer(
                            builder.build(
                                            new JcaContentSignerBuilder("SHA256withECDSA")
                                                    .build(keys.getPrivate()))
                                    .getEncoded());
            return new Credential(new SoftwareSigner(keys), certificate, List.of());
        } catch (OperatorCreationException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private UnlockAsking asking(CardNumber card, char[] code) {
        return UnlockAsking.begin(card, code, clock.instant(), RANDOM);
    }

    private BytesHandler.Answer ask(byte[] message) {
        return desk.handle(new BytesHandler.Request("POST", "", message));
    }

    private char[] puk(UnlockAsking asking, byte[] answer) {
        return asking.puk(answer, List.of(credential.certificate()), clock.instant());
    }

    private Problem disbelieved(UnlockAsking asking, byte[] answer) {
        return assertThrows(UnlockMessageException.class, () -> puk(asking, answer)).problem();
    }

    @Test
    void the_right_code_brings_the_puk_to_the_one_who_asked() {
        char[] code = desk.register(CARD, PUK);
        UnlockAsking asking = asking(CARD, code);
        BytesHandler.Answer answer = ask(asking.request());
        assertEquals(200, answer.status());
        assertArrayEquals(PUK, puk(asking, answer.body()));
        assertFalse(
                new String(answer.body(), StandardCharsets.ISO_8859_1).contains(new String(PUK)));
    }

    @Test
    void a_code_is_taken_as_people_write_it() {
        String code = new String(desk.register(CARD, PUK));
        String written =
                (code.substring(0, 4) + "-" + code.substring(4, 8) + " " + code.substring(8))
                        .toLowerCase(Locale.ROOT);
        UnlockAsking asking = asking(CARD, written.toCharArray());
        assertArrayEquals(PUK, puk(asking, ask(asking.request()).body()));
    }

    @Test
    void by_hand_the_messages_are_text_and_the_key_waits_in_a_file() {
        char[] code = desk.register(CARD, PUK);
        UnlockAsking asking = asking(CARD, code);
        UnlockAsking later = UnlockAsking.restored(asking.saved());
        String text = UnlockResponse.text(asking.request());
        BytesHandler.Answer answer = ask(text.getBytes(StandardCharsets.US_ASCII));
        assertTrue(new String(answer.body(), StandardCharsets.US_ASCII).startsWith("-----BEGIN"));
        assertArrayEquals(PUK, puk(later, answer.body()));
    }

    @Test
    void whatever_is_wrong_the_answer_is_the_same() {
        desk.register(CARD, PUK);
        byte[] wrongCode = ask(asking(CARD, WRONG).request()).body();
        byte[] unknownCard =
                ask(asking(new CardNumber("0088000000009999"), WRONG).request()).body();
        byte[] garbage = ask(new byte[] {0x30, 0x00}).body();
        assertArrayEquals(wrongCode, unknownCard);
        assertArrayEquals(wrongCode, garbage);
        UnlockAsking asking = asking(CARD, WRONG);
        assertEquals(Problem.UNLOCK_REFUSED, disbelieved(asking, ask(asking.request()).body()));
    }

    @Test
    void three_wrong_codes_lock_the_card_here_and_a_right_one_gives_the_tries_back() {
        char[] code = desk.register(CARD, PUK);
        for (int round = 0; round < 2; round++) {
            assertEquals(403, ask(asking(CARD, WRONG).request()).status());
            assertEquals(403, ask(asking(CARD, WRONG).request()).status());
            assertEquals(200, ask(asking(CARD, code).request()).status());
        }
        for (int i = 0; i < 3; i++) {
            assertEquals(403, ask(asking(CARD, WRONG).request()).status());
        }
        assertEquals(403, ask(asking(CARD, code).request()).status());
        char[] fresh = desk.register(CARD, PUK);
        assertEquals(200, ask(asking(CARD, fresh).request()).status());
    }

    @Test
    void an_answer_is_for_one_request_and_a_quarter_of_an_hour() {
        char[] code = desk.register(CARD, PUK);
        UnlockAsking asking = asking(CARD, code);
        byte[] answer = ask(asking.request()).body();
        assertEquals(Problem.UNLOCK_ANSWER_INVALID, disbelieved(asking(CARD, code), answer));
        clock.set(NOW.plus(Duration.ofMinutes(16)));
        assertEquals(Problem.UNLOCK_ANSWER_INVALID, disbelieved(asking, answer));
    }

    @Test
    void an_answer_that_was_changed_or_is_by_a_stranger_is_not_believed() {
        char[] code = desk.register(CARD, PUK);
        UnlockAsking asking = asking(CARD, code);
        byte[] answer = ask(asking.request()).body();
        for (int at = 0; at < answer.length; at += 7) {
            byte[] changed = answer.clone();
            changed[at] ^= 0x10;
            assertEquals(Problem.UNLOCK_ANSWER_INVALID, disbelieved(asking, changed), "at " + at);
        }
        assertEquals(
                Problem.UNLOCK_ANSWER_INVALID,
                assertThrows(
                                UnlockMessageException.class,
                                () -> asking.puk(answer, List.of(credential().certificate()), NOW))
                        .problem());
    }

    @Test
    void a_request_of_another_day_is_refused() {
        char[] code = desk.register(CARD, PUK);
        UnlockAsking asking = asking(CARD, code);
        clock.set(NOW.plus(Duration.ofHours(25)));
        assertEquals(403, ask(asking.request()).status());
    }

    @Test
    void more_than_the_pace_are_not_looked_at() {
        char[] code = desk.register(CARD, PUK);
        UnlockDesk slow = desk(2);
        byte[] request = asking(CARD, code).request();
        BytesHandler.Request asked = new BytesHandler.Request("POST", "", request);
        assertEquals(200, slow.handle(asked).status());
        assertEquals(200, slow.handle(asked).status());
        assertEquals(503, slow.handle(asked).status());
        clock.set(NOW.plus(Duration.ofSeconds(61)));
        assertEquals(200, slow.handle(asked).status());
    }

    @Test
    void the_database_holds_neither_puk_nor_code_in_clear() throws SQLException {
        String code = new String(desk.register(CARD, PUK));
        try (var connection = postgres.database().getConnection();
                var rows =
                        connection
                                .createStatement()
                                .executeQuery("SELECT sealed FROM ra.unlock_secret")) {
            while (rows.next()) {
                String sealed = new String(rows.getBytes(1), StandardCharsets.ISO_8859_1);
                assertFalse(sealed.contains(new String(PUK)));
                assertFalse(sealed.contains(code));
            }
        }
        byte[] otherKey = new byte[UnlockKey.OCTETS];
        otherKey[0] = 1;
        UnlockDesk other =
                new UnlockDesk(
                        postgres.database(), UnlockKey.of(otherKey), credential, 9, clock, RANDOM);
        byte[] request = asking(CARD, code.toCharArray()).request();
        assertEquals(
                Problem.CONFIGURATION_INVALID,
                assertThrows(
                                ProtocolException.class,
                                () -> other.handle(new BytesHandler.Request("POST", "", request)))
                        .problem());
    }
}
