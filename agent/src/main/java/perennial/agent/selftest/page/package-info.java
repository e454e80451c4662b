// SPDX-License-Identifier: Apache-2.0
/// The self-test's two pages and what they ask.
@NullMarked
package perennial.agent.selftest.page;

import org.jspecify.annotations.NullMarked;
