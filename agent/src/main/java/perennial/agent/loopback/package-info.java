// SPDX-License-Identifier: Apache-2.0
/// The agent's pages and their questions, for this computer's browsers alone.
@NullMarked
package perennial.agent.loopback;

import org.jspecify.annotations.NullMarked;
