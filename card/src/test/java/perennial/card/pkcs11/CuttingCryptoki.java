// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import perennial.card.CardException;
import perennial.core.advice.Problem;

/// A library whose token is pulled out at one call, before or after it has executed it; from then
/// on nothing is delivered.
///
/// Calls that only read are delivered and not counted: pulled out there, the token is as after the
/// call before.
final class CuttingCryptoki implements Cryptoki {
    enum Moment {
        BEFORE,
        AFTER
    }

    private final Cryptoki library;
    private final int cutAt;
    private final Moment moment;
    private int calls;

    /// @param cutAt counted from 1; 0 never
    CuttingCryptoki(Cryptoki library, int cutAt, Moment moment) {
        this.library = library;
        this.cutAt = cutAt;
        this.moment = moment;
    }

    int calls() {
        return calls;
    }

    @Override
    public <A extends Answer> A call(Call<A> call) {
        if (reads(call) && (cutAt == 0 || calls < cutAt)) {
            return library.call(call);
        }
        calls++;
        if (cutAt > 0 && calls >= cutAt) {
            if (calls == cutAt && moment == Moment.AFTER) {
                var _ = library.call(call);
            }
            throw new CardException(Problem.CARD_REMOVED, "pulled out at call " + cutAt);
        }
        return library.call(call);
    }

    private static boolean reads(Call<?> call) {
        return call instanceof Call.GetToken
                || call instanceof Call.FindObjects
                || call instanceof Call.GetAttributes;
    }

    @Override
    public void close() {
        library.close();
    }
}
