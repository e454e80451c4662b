// SPDX-License-Identifier: Apache-2.0
/// Copies of the authority, as commands.
@NullMarked
package perennial.cli.backup;

import org.jspecify.annotations.NullMarked;
