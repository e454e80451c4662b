// SPDX-License-Identifier: Apache-2.0
/// Revocation, suspension and resumption.
@NullMarked
package perennial.ca.revoke;

import org.jspecify.annotations.NullMarked;
