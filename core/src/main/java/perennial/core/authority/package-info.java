// SPDX-License-Identifier: Apache-2.0
/// What is asked of a certification authority and what it answers, in process or over a wire.
@NullMarked
package perennial.core.authority;

import org.jspecify.annotations.NullMarked;
