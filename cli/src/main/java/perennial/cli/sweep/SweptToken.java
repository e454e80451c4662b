// SPDX-License-Identifier: Apache-2.0
package perennial.cli.sweep;

import java.util.List;
import perennial.card.CardReaders;
import perennial.card.CardSession;
import perennial.core.certificate.Certificate;

/// One holder's card or token under test, with certificates that are about to expire.
interface SweptToken extends AutoCloseable {
    /// Those that are to be renewed.
    List<Certificate> old();

    /// What an agent works with; its commands pass the breaker.
    CardReaders readers();

    /// The name of the reader that it is in.
    String reader();

    /// A number that falls by one with every key that is on the token more than before.
    int room();

    /// Takes the card out and puts it in again, as new to whoever opens it: what it had not kept is
    /// gone.
    void insertAgain();

    /// A look at the token that passes no breaker, PIN verified; what was looked at must still be
    /// there. The caller closes it.
    CardSession look();

    char[] pin();

    @Override
    void close();
}
