// SPDX-License-Identifier: Apache-2.0
/// Which sites beside the registration authorities may ask this agent for anything.
@NullMarked
package perennial.agent.consent;

import org.jspecify.annotations.NullMarked;
