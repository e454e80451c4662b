// SPDX-License-Identifier: Apache-2.0
/// The readers of this computer, through the system's PC/SC service.
@NullMarked
package perennial.card.pcsc;

import org.jspecify.annotations.NullMarked;
