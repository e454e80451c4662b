// SPDX-License-Identifier: Apache-2.0
/// Enrollment over Secure Transport (RFC 7030, RFC 8951): octets outside, core inside.
@NullMarked
package perennial.protocol.est;

import org.jspecify.annotations.NullMarked;
