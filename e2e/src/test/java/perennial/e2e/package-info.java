// SPDX-License-Identifier: Apache-2.0
/// The whole system, driven from outside.
@NullMarked
package perennial.e2e;

import org.jspecify.annotations.NullMarked;
