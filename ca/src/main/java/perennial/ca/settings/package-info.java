// SPDX-License-Identifier: Apache-2.0
/// Files that people write, read strictly: what is not understood is refused with its line.
@NullMarked
package perennial.ca.settings;

import org.jspecify.annotations.NullMarked;
