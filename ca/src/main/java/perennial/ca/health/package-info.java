// SPDX-License-Identifier: Apache-2.0
/// What an operator must know before it hurts.
@NullMarked
package perennial.ca.health;

import org.jspecify.annotations.NullMarked;
