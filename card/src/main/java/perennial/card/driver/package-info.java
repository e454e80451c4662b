// SPDX-License-Identifier: Apache-2.0
/// Which driver speaks to which card.
@NullMarked
package perennial.card.driver;

import org.jspecify.annotations.NullMarked;
