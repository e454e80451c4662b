// SPDX-License-Identifier: Apache-2.0
/// The door: readers, and one session with one card.
@NullMarked
package perennial.card;

import org.jspecify.annotations.NullMarked;
