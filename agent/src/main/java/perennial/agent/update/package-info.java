// SPDX-License-Identifier: Apache-2.0
/// Whether there is a newer agent: said by its operator, signed, and shown; never fetched or
/// installed.
@NullMarked
package perennial.agent.update;

import org.jspecify.annotations.NullMarked;
