// SPDX-License-Identifier: Apache-2.0
package perennial.core.renewal;

import java.time.Duration;
import perennial.core.authority.FailInfo;

/// The answer to the request for permission to overwrite a key.
public sealed interface PermissionOutcome {
    /// The old key may go; whoever holds the outcome closes the permission.
    record Granted(ReKeyPermission permission) implements PermissionOutcome {}

    /// Not decided yet; the key has to stay until it is.
    record Waiting(Duration retryAfter) implements PermissionOutcome {}

    /// The key has to stay. The text is for logs and developers, in English.
    record Refused(FailInfo reason, String text) implements PermissionOutcome {}
}
