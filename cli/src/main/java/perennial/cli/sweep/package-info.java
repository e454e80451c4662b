// SPDX-License-Identifier: Apache-2.0
/// `perennial sweep`: a whole renewal, broken at every place where it can break, and finished.
@NullMarked
package perennial.cli.sweep;

import org.jspecify.annotations.NullMarked;
