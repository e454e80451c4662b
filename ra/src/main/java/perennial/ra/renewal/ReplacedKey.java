// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import java.util.UUID;

/// A key that was to be certified until another took its place.
///
/// @param authorityTransaction under which the authority may have been asked for it
record ReplacedKey(UUID authorityTransaction, RequestedKey key) {}
