// SPDX-License-Identifier: Apache-2.0
/// The launcher: the commands, and the only place that wires the rooms together.
@NullMarked
package perennial.cli;

import org.jspecify.annotations.NullMarked;
