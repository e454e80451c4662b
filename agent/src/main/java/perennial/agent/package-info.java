// SPDX-License-Identifier: Apache-2.0
/// The agent's door: start, close, and the commands that need no browser.
@NullMarked
package perennial.agent;

import org.jspecify.annotations.NullMarked;
