// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.security.SecureRandom;
import java.util.Optional;
import perennial.card.CardException;
import perennial.card.CardSession;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;

/// Opens sessions with tokens.
public final class Pkcs11Cards {
    private static final int MAX_NUMBER = 16;

    private Pkcs11Cards() {}

    /// Opens a read-write session with the token in a slot of an initialised library. The library
    /// must have no other session with it: a login is the whole process's.
    ///
    /// @param random for challenges to keys
    /// @throws CardException NO_CARD, CARD_NOT_SUPPORTED for a token that nobody initialised or
    ///   that has no serial number, TOKEN_LIBRARY_FAILED
    public static CardSession open(Cryptoki library, long slot, SecureRandom random) {
        return open(library, slot, random, () -> {});
    }

    /// As [#open(Cryptoki, long, SecureRandom)].
    ///
    /// @param ended is run when the session is closed
    static CardSession open(Cryptoki library, long slot, SecureRandom random, Runnable ended) {
        try {
            if (!isUsable(library.call(new Call.GetToken(slot)))) {
                throw new CardException(Problem.CARD_NOT_SUPPORTED, "a token without content");
            }
            return new Pkcs11Session(TokenSession.open(library, slot), random, ended);
        } catch (CryptokiException e) {
            boolean absent = e.code().equals(ReturnCode.TOKEN_NOT_PRESENT);
            throw Refusal.as(e, absent ? Problem.NO_CARD : Problem.CARD_NOT_SUPPORTED);
        }
    }

    /// Whether somebody has initialised the token; libraries that do not say so give it a name.
    static boolean isUsable(Answer.Token token) {
        return token.has(Ck.CKF_TOKEN_INITIALIZED) || !token.label().isEmpty();
    }

    /// The token's serial number, without what no card number has; empty when nothing is left.
    static Optional<CardNumber> cardNumber(Answer.Token token) {
        StringBuilder visible = new StringBuilder();
        token.serialNumber()
                .chars()
                .filter(c -> c > ' ' && c < 0x7F)
                .limit(MAX_NUMBER)
                .forEach(c -> visible.append((char) c));
        return Optional.of(visible.toString()).filter(s -> !s.isEmpty()).map(CardNumber::new);
    }
}
