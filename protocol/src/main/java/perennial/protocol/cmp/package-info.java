// SPDX-License-Identifier: Apache-2.0
/// The Certificate Management Protocol (RFC 9810) in its lightweight profile (RFC 9483).
@NullMarked
package perennial.protocol.cmp;

import org.jspecify.annotations.NullMarked;
