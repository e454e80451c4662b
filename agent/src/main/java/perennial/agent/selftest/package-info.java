// SPDX-License-Identifier: Apache-2.0
/// Is everything there that a renewal needs? One engine, whose checks the self-test page, the
/// environment check and `perennial doctor` show each in its own order (decision 20).
@NullMarked
package perennial.agent.selftest;

import org.jspecify.annotations.NullMarked;
