// SPDX-License-Identifier: Apache-2.0
/// Which public keys may be certified.
@NullMarked
package perennial.ca.issue.key;

import org.jspecify.annotations.NullMarked;
