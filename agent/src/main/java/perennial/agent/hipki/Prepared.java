// SPDX-License-Identifier: Apache-2.0
package perennial.agent.hipki;

import java.util.Optional;
import java.util.function.Function;
import perennial.agent.tools.CardTools.Shown;

/// A call of which everything was looked at that can be without a secret.
///
/// @param shown the card that it is about; empty when it is about none
/// @param preview what the holder is shown of it before the PIN: the text to be signed, the
///   certificate to be written; empty for nothing
record Prepared(Optional<Shown> shown, String preview, Function<Held, Result> work) {
    private static final int PREVIEW = 600;

    Prepared {
        preview = preview.length() > PREVIEW ? preview.substring(0, PREVIEW) + "…" : preview;
    }

    static Prepared about(Shown shown, String preview, Function<Held, Result> work) {
        return new Prepared(Optional.of(shown), preview, work);
    }

    static Prepared ofNoCard(Function<Held, Result> work) {
        return new Prepared(Optional.empty(), "", work);
    }
}
