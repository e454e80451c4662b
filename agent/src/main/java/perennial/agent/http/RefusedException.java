// SPDX-License-Identifier: Apache-2.0
package perennial.agent.http;

/// The octets are not a request that the door reads. Whoever sent them gets 403 and no reason.
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
        super(message);
    }
}
