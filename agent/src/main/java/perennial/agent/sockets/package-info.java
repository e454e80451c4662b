// SPDX-License-Identifier: Apache-2.0
/// What the kernel tells of this computer's connections. Beside `card`, the one place that calls
/// native functions (decision 18).
@NullMarked
package perennial.agent.sockets;

import org.jspecify.annotations.NullMarked;
