// SPDX-License-Identifier: Apache-2.0
/// What stands behind the authority's own CMP endpoint: who may ask for what, and what was asked
/// for. Octets are `protocol.cmp`'s.
@NullMarked
package perennial.ca.cmp;

import org.jspecify.annotations.NullMarked;
