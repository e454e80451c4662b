// SPDX-License-Identifier: Apache-2.0
/// The renewal itself: facts on disk before the next step, truth from the card.
@NullMarked
package perennial.agent.renewal;

import org.jspecify.annotations.NullMarked;
