// SPDX-License-Identifier: Apache-2.0
/// Cards with the PIV application (SP 800-73-4).
@NullMarked
package perennial.card.piv;

import org.jspecify.annotations.NullMarked;
