// SPDX-License-Identifier: Apache-2.0
/// JSON (RFC 8259) as far as the agent's pages need it.
@NullMarked
package perennial.agent.json;

import org.jspecify.annotations.NullMarked;
