// SPDX-License-Identifier: Apache-2.0
/// Unlocking cards by challenge and response: the authority keeps the PUKs.
@NullMarked
package perennial.ra.unlock;

import org.jspecify.annotations.NullMarked;
