// SPDX-License-Identifier: Apache-2.0
/// Commands and answers of ISO/IEC 7816-4.
@NullMarked
package perennial.card.apdu;

import org.jspecify.annotations.NullMarked;
