// SPDX-License-Identifier: Apache-2.0
/// Keys that can be used but not read.
@NullMarked
package perennial.core.crypto;

import org.jspecify.annotations.NullMarked;
