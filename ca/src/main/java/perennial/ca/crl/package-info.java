// SPDX-License-Identifier: Apache-2.0
/// The certificate revocation list.
@NullMarked
package perennial.ca.crl;

import org.jspecify.annotations.NullMarked;
