// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.io.Serial;
import perennial.core.authority.FailInfo;

/// A message that is not one, or not to be believed. Never leaves this package.
final class InvalidMessageException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    private final FailInfo failInfo;

    InvalidMessageException(FailInfo failInfo, String message) {
        super(message);
        this.failInfo = failInfo;
    }

    InvalidMessageException(FailInfo failInfo, String message, Throwable cause) {
        super(message, cause);
        this.failInfo = failInfo;
    }

    FailInfo failInfo() {
        return failInfo;
    }
}
