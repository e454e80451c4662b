// SPDX-License-Identifier: Apache-2.0
/// The registration authority: its portal's door.
@NullMarked
package perennial.ra;

import org.jspecify.annotations.NullMarked;
