// SPDX-License-Identifier: Apache-2.0
/// The rules of renewal: when it may happen, what has happened, where it stands.
@NullMarked
package perennial.core.renewal;

import org.jspecify.annotations.NullMarked;
