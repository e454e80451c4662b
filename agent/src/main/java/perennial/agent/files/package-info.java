// SPDX-License-Identifier: Apache-2.0
/// How the agent's files are protected.
@NullMarked
package perennial.agent.files;

import org.jspecify.annotations.NullMarked;
