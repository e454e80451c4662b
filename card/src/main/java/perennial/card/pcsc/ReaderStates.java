// SPDX-License-Identifier: Apache-2.0
package perennial.card.pcsc;

import java.util.List;
import perennial.card.CardException;
import perennial.core.advice.Problem;

/// What was seen of the readers at one moment.
///
/// @param service whether the service ran
/// @param readers by name
record ReaderStates(boolean service, List<ReaderState> readers) {
    static final ReaderStates NO_SERVICE = new ReaderStates(false, List.of());

    ReaderStates {
        readers = List.copyOf(readers);
    }

    /// @throws CardException READER_SERVICE_MISSING
    static ReaderStates now(Context context) {
        for (int attempt = 1; ; attempt++) {
            try {
                return new ReaderStates(true, context.states(context.readerNames()));
            } catch (CardException e) {
                // A reader was pulled between the two questions.
                if (e.problem() != Problem.NO_READER || attempt == 3) {
                    throw e;
                }
            }
        }
    }

    boolean differFrom(ReaderStates before) {
        if (service != before.service || readers.size() != before.readers.size()) {
            return true;
        }
        for (int i = 0; i < readers.size(); i++) {
            if (readers.get(i).differsFrom(before.readers.get(i))) {
                return true;
            }
        }
        return false;
    }
}
