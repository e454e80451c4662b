// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import perennial.card.CardException;
import perennial.card.Pin;
import perennial.card.PinOutcome;
import perennial.core.advice.Problem;

/// Who is logged in. PKCS #11 tells no count of tries, only flags: 3 stands for "no wrong try since
/// the last right one, or the token does not tell", 2 for "some", 1 for "the last one".
///
/// A PIN that the token has once called wrong is wiped and never presented again.
final class TokenLogin {
    private static final int ALL = 3;
    private static final int SOME = 2;
    private static final int MAX_UTF8 = 3;

    private final TokenSession session;
    private @Nullable Pin kept;
    private byte @Nullable [] secondSecret;

    TokenLogin(TokenSession session) {
        this.session = session;
    }

    int triesLeft() {
        Answer.Token token = session.token();
        if (token.has(Ck.CKF_USER_PIN_LOCKED)) {
            return 0;
        }
        if (token.has(Ck.CKF_USER_PIN_FINAL_TRY)) {
            return 1;
        }
        return token.has(Ck.CKF_USER_PIN_COUNT_LOW) ? SOME : ALL;
    }

    Optional<Integer> pukTriesLeft() {
        Answer.Token token = session.token();
        if (token.has(Ck.CKF_SO_PIN_LOCKED)) {
            return Optional.of(0);
        }
        if (token.has(Ck.CKF_SO_PIN_FINAL_TRY)) {
            return Optional.of(1);
        }
        return token.has(Ck.CKF_SO_PIN_COUNT_LOW) ? Optional.of(SOME) : Optional.empty();
    }

    PinOutcome verify(Pin pin) {
        forgetPin();
        if (triesLeft() == 0) {
            return new PinOutcome.Blocked();
        }
        logout();
        PinOutcome outcome = outcome(() -> login(UserType.USER, octets(pin)), this::triesLeft);
        if (outcome instanceof PinOutcome.Verified) {
            kept = pin.copy();
        }
        return outcome;
    }

    boolean isVerified() {
        return kept != null;
    }

    /// @throws IllegalStateException when no PIN was verified in this session
    Pin verified() {
        if (kept == null) {
            throw new IllegalStateException("the session needs a verified PIN");
        }
        return kept;
    }

    /// Presents the PIN once more, for the operation just begun (CKA_ALWAYS_AUTHENTICATE).
    void confirm() {
        byte[] pin = octets(verified());
        try {
            login(UserType.CONTEXT_SPECIFIC, pin);
        } catch (CryptokiException e) {
            forgetPin();
            throw Refusal.as(e, Problem.PIN_WRONG);
        }
    }

    void presentSecondSecret(char[] secret) {
        forgetSecondSecret();
        byte[] octets = utf8(secret);
        try {
            asOfficer(octets, () -> true);
            secondSecret = octets.clone();
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }

    /// Writes as the holder, or as the security officer where the second secret was presented.
    ///
    /// @throws CardException SECOND_SECRET_NEEDED, CARD_NOT_WRITABLE, CARD_FULL
    <T> T writing(Supplier<T> work) {
        Pin _ = verified();
        try {
            return secondSecret == null ? work.get() : asOfficer(secondSecret, work);
        } catch (CryptokiException e) {
            throw Refusal.ofWriting(e);
        }
    }

    PinOutcome changePin(Pin current, Pin next) {
        byte[] before = octets(current);
        byte[] after = octets(next);
        try {
            PinOutcome outcome =
                    outcome(
                            () -> session.call(new Call.SetPin(session.handle(), before, after)),
                            this::triesLeft);
            forgetPin();
            if (outcome instanceof PinOutcome.Verified) {
                return verify(next);
            }
            return outcome;
        } finally {
            Arrays.fill(before, (byte) 0);
            Arrays.fill(after, (byte) 0);
        }
    }

    PinOutcome unblock(Pin puk, Pin next) {
        if (pukTriesLeft().equals(Optional.of(0))) {
            return new PinOutcome.Blocked();
        }
        forgetPin();
        logout();
        byte[] pin = octets(next);
        try {
            PinOutcome outcome =
                    outcome(
                            () -> login(UserType.SECURITY_OFFICER, octets(puk)),
                            () -> pukTriesLeft().orElse(SOME));
            if (outcome instanceof PinOutcome.Verified) {
                session.call(new Call.InitPin(session.handle(), pin));
                logout();
            }
            return outcome;
        } catch (CryptokiException e) {
            throw Refusal.ofWriting(e);
        } finally {
            Arrays.fill(pin, (byte) 0);
        }
    }

    void forget() {
        forgetPin();
        forgetSecondSecret();
    }

    /// One user is logged in at a time, so the holder goes out and comes back.
    private <T> T asOfficer(byte[] secret, Supplier<T> work) {
        logout();
        try {
            login(UserType.SECURITY_OFFICER, secret.clone());
        } catch (CryptokiException e) {
            comeBack();
            throw Refusal.as(e, Problem.SECOND_SECRET_WRONG);
        }
        T result = work.get();
        logout();
        comeBack();
        return result;
    }

    private void comeBack() {
        if (kept != null) {
            login(UserType.USER, octets(kept));
        }
    }

    private static PinOutcome outcome(Runnable presenting, Supplier<Integer> left) {
        try {
            presenting.run();
            return new PinOutcome.Verified();
        } catch (CryptokiException e) {
            if (e.code().equals(ReturnCode.PIN_LOCKED)) {
                return new PinOutcome.Blocked();
            }
            if (e.code().equals(ReturnCode.PIN_INCORRECT)) {
                int tries = left.get();
                return tries == 0 ? new PinOutcome.Blocked() : new PinOutcome.Wrong(tries);
            }
            if (e.code().equals(ReturnCode.PIN_LEN_RANGE)
                    || e.code().equals(ReturnCode.PIN_INVALID)) {
                throw Refusal.as(e, Problem.PIN_FORMAT);
            }
            throw e;
        }
    }

    private void login(UserType user, byte[] pin) {
        try {
            session.call(new Call.Login(session.handle(), user, pin));
        } finally {
            Arrays.fill(pin, (byte) 0);
        }
    }

    private void logout() {
        try {
            session.call(new Call.Logout(session.handle()));
        } catch (CryptokiException e) {
            if (!e.code().equals(ReturnCode.USER_NOT_LOGGED_IN)) {
                throw e;
            }
        }
    }

    private void forgetPin() {
        if (kept != null) {
            kept.close();
            kept = null;
        }
    }

    private void forgetSecondSecret() {
        if (secondSecret != null) {
            Arrays.fill(secondSecret, (byte) 0);
            secondSecret = null;
        }
    }

    /// The PIN's characters; the caller wipes them. FF is none of them.
    private static byte[] octets(Pin pin) {
        byte[] padded = pin.padded();
        int length = 0;
        while (length < padded.length && padded[length] != (byte) 0xFF) {
            length++;
        }
        byte[] octets = Arrays.copyOf(padded, length);
        Arrays.fill(padded, (byte) 0);
        return octets;
    }

    private static byte[] utf8(char[] characters) {
        byte[] room = new byte[characters.length * MAX_UTF8];
        ByteBuffer buffer = ByteBuffer.wrap(room);
        StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(characters), buffer, true);
        byte[] octets = Arrays.copyOf(room, buffer.position());
        Arrays.fill(room, (byte) 0);
        return octets;
    }
}
