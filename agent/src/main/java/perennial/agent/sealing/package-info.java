// SPDX-License-Identifier: Apache-2.0
/// Secrets that a page of the agent sealed to it (decision 16).
@NullMarked
package perennial.agent.sealing;

import org.jspecify.annotations.NullMarked;
