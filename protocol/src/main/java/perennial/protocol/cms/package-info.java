// SPDX-License-Identifier: Apache-2.0
/// Files signed and enciphered by the Cryptographic Message Syntax (RFC 5652), as streams: no file
/// is held in memory.
@NullMarked
package perennial.protocol.cms;

import org.jspecify.annotations.NullMarked;
