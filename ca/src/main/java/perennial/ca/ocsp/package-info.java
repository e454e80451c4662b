// SPDX-License-Identifier: Apache-2.0
/// The certificate status service.
@NullMarked
package perennial.ca.ocsp;

import org.jspecify.annotations.NullMarked;
