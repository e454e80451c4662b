// SPDX-License-Identifier: Apache-2.0
package perennial.cli.sweep;

import java.util.Optional;
import perennial.card.CardException;
import perennial.card.pkcs11.Answer;
import perennial.card.pkcs11.Call;
import perennial.card.pkcs11.Cryptoki;
import perennial.card.pkcs11.CryptokiException;
import perennial.card.pkcs11.ReturnCode;
import perennial.cli.sweep.SweepCase.Fault;
import perennial.cli.sweep.SweepCase.Place;
import perennial.core.advice.Problem;

/// A token library that breaks at the call that the breaker names.
final class BreakingCryptoki implements Cryptoki {
    private final Cryptoki library;
    private final Breaker breaker;
    private boolean dead;

    BreakingCryptoki(Cryptoki library, Breaker breaker) {
        this.library = library;
        this.breaker = breaker;
    }

    @Override
    public <A extends Answer> A call(Call<A> call) {
        if (dead) {
            throw new CardException(Problem.CARD_REMOVED, "no contact");
        }
        Optional<Fault> fault = breaker.pass(Place.CARD);
        if (fault.isEmpty()) {
            return library.call(call);
        }
        switch (fault.get()) {
            case WRONG_STATUS ->
                    throw new CryptokiException("broken by the sweep", ReturnCode.FUNCTION_FAILED);
            case NOT_DELIVERED -> throw lost(Problem.CARD_REMOVED);
            case READER_ERROR -> throw lost(Problem.TOKEN_LIBRARY_FAILED);
            default -> {
                var _ = library.call(call);
                throw lost(Problem.CARD_REMOVED);
            }
        }
    }

    private CardException lost(Problem problem) {
        dead = true;
        return new CardException(problem, "broken by the sweep");
    }

    @Override
    public void close() {
        library.close();
    }
}
