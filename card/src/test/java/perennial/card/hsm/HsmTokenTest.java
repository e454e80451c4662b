// SPDX-License-Identifier: Apache-2.0
package perennial.card.hsm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import perennial.card.pkcs11.Answer;
import perennial.card.pkcs11.Call;
import perennial.card.pkcs11.Cryptoki;
import perennial.card.pkcs11.CryptokiException;
import perennial.card.pkcs11.RemoteCryptoki;
import perennial.card.pkcs11.ReturnCode;
import perennial.card.pkcs11.SoftHsm;
import perennial.core.advice.Problem;
import perennial.core.crypto.KeyKind;
import perennial.core.crypto.KeyPlaceException;
import perennial.core.crypto.Signer;

/// An authority's keys in SoftHSM 2, and what can happen to the token meanwhile.
class HsmTokenTest {
    private static final byte[] MESSAGE = new byte[100_000];
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir Path folder;
    private final HsmPin pin = new HsmPin(SoftHsm.PIN.toCharArray());
    private final LaterClock clock = new LaterClock();
    private final List<RemoteCryptoki> libraries = new ArrayList<>();
    private SoftHsm hsm;
    private HsmToken token;

    /// Moves on by itself, beyond every pause.
    private static final class LaterClock extends Clock {
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public synchronized Instant instant() {
            now = now.plus(HsmSessions.PAUSE);
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @BeforeEach
    void open() throws IOException {
        hsm = SoftHsm.in(folder);
        hsm.close();
        token = token(2, pin);
    }

    @AfterEach
    void close() {
        token.close();
        pin.close();
    }

    private HsmToken token(int sessions, HsmPin secret) {
        return new HsmToken(
                new HsmSettings(hsm.module(), "holder", Optional.empty(), sessions, PATIENCE),
                secret,
                this::started,
                clock);
    }

    private synchronized Cryptoki started() {
        RemoteCryptoki library = RemoteCryptoki.start(hsm.module(), PATIENCE);
        libraries.add(library);
        return library;
    }

    @ParameterizedTest
    @EnumSource(
            value = KeyKind.class,
            names = {"RSA_2048", "RSA_PSS_2048", "P_256", "P_384", "ED25519"})
    void a_key_made_in_the_token_signs_there(KeyKind kind) throws IOException {
        PublicKey key = token.generate("issuing", kind);

        assertEquals(Optional.of(kind), KeyKind.of(key));
        assertArrayEquals(key.getEncoded(), token.find("issuing", kind).orElseThrow().getEncoded());
        assertEquals(Optional.empty(), token.find("other", kind));
        Signer signer = token.signer("issuing", key);
        assertTrue(signer.algorithm().verifies(key, MESSAGE, signer.sign(MESSAGE)));
        assertTrue(
                signer.algorithm()
                        .verifies(key, MESSAGE, signer.sign(new ByteArrayInputStream(MESSAGE))));
        assertEquals(
                Problem.AUTHORITY_KEY_WRONG,
                refused(() -> token.generate("issuing", kind)).problem());
        assertEquals(
                Problem.AUTHORITY_KEY_WRONG,
                refused(() -> token.find("issuing", KeyKind.RSA_4096)).problem());
    }

    @Test
    void two_sessions_sign_at_once_and_a_third_signature_waits() throws Exception {
        PublicKey key = token.generate("issuing", KeyKind.P_256);
        CountDownLatch both = new CountDownLatch(2);
        HsmToken meeting =
                new HsmToken(
                        new HsmSettings(hsm.module(), "holder", Optional.empty(), 2, PATIENCE),
                        pin,
                        () -> new Meeting(started(), both),
                        clock);
        Signer signer = meeting.signer("issuing", key);
        List<Callable<byte[]>> calls = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            calls.add(() -> signer.sign(MESSAGE));
        }
        int before = libraries.size();
        try (meeting;
                var executor = Executors.newFixedThreadPool(8)) {
            for (Future<byte[]> signature : executor.invokeAll(calls)) {
                assertTrue(signer.algorithm().verifies(key, MESSAGE, signature.get()));
            }
        }
        assertEquals(0, both.getCount(), "two signatures were under way at the same time");
        assertEquals(before + 2, libraries.size());
    }

    /// Each of the first two signatures goes on only when both are under way.
    private record Meeting(Cryptoki library, CountDownLatch both) implements Cryptoki {
        @Override
        public <A extends Answer> A call(Call<A> call) {
            if (call instanceof Call.Sign) {
                both.countDown();
                try {
                    assertTrue(both.await(1, TimeUnit.MINUTES));
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            return library.call(call);
        }

        @Override
        public void close() {
            library.close();
        }
    }

    @Test
    void c13_a_token_that_was_away_signs_again_when_it_is_back() throws IOException {
        PublicKey key = token.generate("issuing", KeyKind.P_256);
        Signer signer = token.signer("issuing", key);
        assertTrue(signer.algorithm().verifies(key, MESSAGE, signer.sign(MESSAGE)));
        Path tokens = folder.resolve("tokens");
        Path away = folder.resolve("away");

        Files.move(tokens, away);
        libraries.forEach(RemoteCryptoki::close);
        assertEquals(Problem.HSM_UNAVAILABLE, refused(() -> signer.sign(MESSAGE)).problem());
        assertEquals(Problem.HSM_UNAVAILABLE, refused(() -> signer.sign(MESSAGE)).problem());

        Files.move(away, tokens);
        assertTrue(signer.algorithm().verifies(key, MESSAGE, signer.sign(MESSAGE)));
    }

    @Test
    void c13_a_token_pulled_out_under_a_living_library_signs_again_when_it_is_back()
            throws IOException {
        PublicKey key = token.generate("issuing", KeyKind.RSA_2048);
        Signer signer = token.signer("issuing", key);
        assertTrue(signer.algorithm().verifies(key, MESSAGE, signer.sign(MESSAGE)));
        Path tokens = folder.resolve("tokens");
        Path away = folder.resolve("away");

        Files.move(tokens, away);
        try {
            // SoftHSM may still know what it has read.
            assertTrue(signer.algorithm().verifies(key, MESSAGE, signer.sign(MESSAGE)));
        } catch (KeyPlaceException e) {
            assertEquals(Problem.HSM_UNAVAILABLE, e.problem());
        }
        Files.move(away, tokens);

        assertTrue(signer.algorithm().verifies(key, MESSAGE, signer.sign(MESSAGE)));
    }

    @Test
    void c13_a_library_killed_between_two_signatures_costs_nothing() {
        PublicKey key = token.generate("issuing", KeyKind.P_256);
        Signer signer = token.signer("issuing", key);
        for (int i = 0; i < 3; i++) {
            assertTrue(signer.algorithm().verifies(key, MESSAGE, signer.sign(MESSAGE)));
            assertTrue(libraries.getLast().process().destroyForcibly());
            libraries.getLast().process().onExit().join();
        }
    }

    @ParameterizedTest
    @EnumSource(Loss.class)
    void c13_a_lost_session_or_login_is_made_again(Loss loss) {
        PublicKey key = token.generate("issuing", KeyKind.P_256);
        List<Losing> losing = new ArrayList<>();
        try (HsmToken lossy =
                new HsmToken(
                        new HsmSettings(hsm.module(), "holder", Optional.empty(), 1, PATIENCE),
                        pin,
                        () -> {
                            losing.add(new Losing(started(), loss));
                            return losing.getLast();
                        },
                        clock)) {
            Signer signer = lossy.signer("issuing", key);
            assertTrue(signer.algorithm().verifies(key, MESSAGE, signer.sign(MESSAGE)));
            losing.getLast().lose();
            assertTrue(signer.algorithm().verifies(key, MESSAGE, signer.sign(MESSAGE)));
            assertEquals(loss == Loss.LOGIN ? 1 : 2, losing.size(), "lives of the library");
        }
    }

    enum Loss {
        LOGIN(ReturnCode.USER_NOT_LOGGED_IN),
        SESSION(ReturnCode.SESSION_HANDLE_INVALID),
        DEVICE(ReturnCode.DEVICE_REMOVED),
        ANYTHING(ReturnCode.GENERAL_ERROR);

        private final long code;

        Loss(ReturnCode code) {
            this.code = code.value();
        }
    }

    /// The session, or its login, is really lost; modules say so in different words.
    private static final class Losing implements Cryptoki {
        private final Cryptoki library;
        private final Loss loss;
        private boolean lost;

        Losing(Cryptoki library, Loss loss) {
            this.library = library;
            this.loss = loss;
        }

        void lose() {
            lost = true;
        }

        @Override
        public <A extends Answer> A call(Call<A> call) {
            if (lost && call instanceof Call.SignInit(long session, _, _)) {
                var _ = library.call(new Call.Logout(session));
                lost = false;
                throw new CryptokiException("C_SignInit", new ReturnCode(loss.code));
            }
            return library.call(call);
        }

        @Override
        public void close() {
            library.close();
        }
    }

    @Test
    void c13_a_library_that_does_not_answer_is_ended_and_the_next_signature_is_made() {
        PublicKey key = token.generate("issuing", KeyKind.P_256);
        List<Cryptoki> lives = new ArrayList<>();
        try (HsmToken hanging =
                new HsmToken(
                        new HsmSettings(hsm.module(), "holder", Optional.empty(), 1, PATIENCE),
                        pin,
                        () -> {
                            Cryptoki library = started();
                            lives.add(lives.isEmpty() ? new Hanging(library) : library);
                            return lives.getLast();
                        },
                        clock)) {
            Signer signer = hanging.signer("issuing", key);
            assertEquals(Problem.HSM_UNAVAILABLE, refused(() -> signer.sign(MESSAGE)).problem());
            assertTrue(signer.algorithm().verifies(key, MESSAGE, signer.sign(MESSAGE)));
            assertEquals(2, lives.size());
        }
    }

    /// As [RemoteCryptoki] ends a library whose patience is over.
    private record Hanging(Cryptoki library) implements Cryptoki {
        @Override
        public <A extends Answer> A call(Call<A> call) {
            if (call instanceof Call.Sign) {
                library.close();
                throw new perennial.card.CardException(
                        Problem.TOKEN_LIBRARY_HANGS, "no answer in time");
            }
            return library.call(call);
        }

        @Override
        public void close() {
            library.close();
        }
    }

    @Test
    void c13_another_key_under_the_same_name_is_refused() throws Exception {
        PublicKey inToken = token.generate("issuing", KeyKind.P_256);
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        PublicKey certified = generator.generateKeyPair().getPublic();

        Signer wrong = token.signer("issuing", certified);
        assertEquals(Problem.AUTHORITY_KEY_WRONG, refused(() -> wrong.sign(MESSAGE)).problem());
        Signer absent = token.signer("another", inToken);
        assertEquals(Problem.AUTHORITY_KEY_WRONG, refused(() -> absent.sign(MESSAGE)).problem());
        Signer right = token.signer("issuing", inToken);
        assertTrue(right.algorithm().verifies(inToken, MESSAGE, right.sign(MESSAGE)));
    }

    @Test
    void a_wrong_pin_is_presented_once_and_never_again() {
        PublicKey key = token.generate("issuing", KeyKind.P_256);
        List<Boolean> logins = new ArrayList<>();
        try (HsmPin wrong = new HsmPin("654321".toCharArray());
                HsmToken locked =
                        new HsmToken(
                                new HsmSettings(
                                        hsm.module(), "holder", Optional.empty(), 1, PATIENCE),
                                wrong,
                                () -> new Counting(started(), logins),
                                clock)) {
            Signer signer = locked.signer("issuing", key);
            for (int i = 0; i < 5; i++) {
                KeyPlaceException refused = refused(() -> signer.sign(MESSAGE));
                assertEquals(Problem.HSM_UNAVAILABLE, refused.problem());
                assertTrue(!String.valueOf(refused.getMessage()).contains("654321"));
            }
        }
        assertEquals(1, logins.size());
        Signer right = token.signer("issuing", key);
        assertTrue(right.algorithm().verifies(key, MESSAGE, right.sign(MESSAGE)));
    }

    private record Counting(Cryptoki library, List<Boolean> logins) implements Cryptoki {
        @Override
        public <A extends Answer> A call(Call<A> call) {
            if (call instanceof Call.Login) {
                logins.add(true);
            }
            return library.call(call);
        }

        @Override
        public void close() {
            library.close();
        }
    }

    private static KeyPlaceException refused(org.junit.jupiter.api.function.Executable work) {
        return assertThrows(KeyPlaceException.class, work);
    }
}
