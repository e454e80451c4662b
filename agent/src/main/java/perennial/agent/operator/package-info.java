// SPDX-License-Identifier: Apache-2.0
/// What operators sign for the agents of their holders.
@NullMarked
package perennial.agent.operator;

import org.jspecify.annotations.NullMarked;
