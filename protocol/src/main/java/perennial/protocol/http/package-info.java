// SPDX-License-Identifier: Apache-2.0
/// Octets over HTTP: the transfer of CMP (RFC 9811) and what a server mounts.
@NullMarked
package perennial.protocol.http;

import org.jspecify.annotations.NullMarked;
