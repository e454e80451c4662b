// SPDX-License-Identifier: Apache-2.0
@NullMarked
package perennial.card.pcsc;

import org.jspecify.annotations.NullMarked;
