// SPDX-License-Identifier: Apache-2.0
/// What a holder does with a card beside renewing it: look, change the PIN, unlock. One engine for
/// the command line and the agent's page.
@NullMarked
package perennial.agent.tools;

import org.jspecify.annotations.NullMarked;
