// SPDX-License-Identifier: Apache-2.0
/// The calls of a running agent, tried by a developer at a terminal.
@NullMarked
package perennial.cli.attempt;

import org.jspecify.annotations.NullMarked;
