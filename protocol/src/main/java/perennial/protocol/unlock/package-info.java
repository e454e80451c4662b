// SPDX-License-Identifier: Apache-2.0
/// Unlocking a card by its authority: the holder proves a user code, the authority answers with the
/// card's PUK for this one computer (`docs/unlock-protocol.md`).
@NullMarked
package perennial.protocol.unlock;

import org.jspecify.annotations.NullMarked;
