// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import perennial.core.renewal.ReKeyPermission;
import perennial.core.renewal.RenewalId;

/// A permission and the update that it was given for. Closing it closes the permission.
///
/// @param id the update's
public record PermittedUpdate(RenewalId id, ReKeyPermission permission) implements AutoCloseable {
    @Override
    public void close() {
        permission.close();
    }
}
