// SPDX-License-Identifier: Apache-2.0
/// The agent's door: one request, one answer, and nothing else known about HTTP inside.
@NullMarked
package perennial.agent.http;

import org.jspecify.annotations.NullMarked;
