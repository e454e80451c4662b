// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import java.util.Optional;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;

/// One reader as a person sees it.
///
/// @param cardNumber the number of the card in it, when there is one that can be read
/// @param problem why there is no number although there is a card
public record ReaderView(
        String name,
        boolean cardPresent,
        Optional<CardNumber> cardNumber,
        Optional<Problem> problem) {}
