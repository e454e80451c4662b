// SPDX-License-Identifier: Apache-2.0
package perennial.ra;

import java.util.Map;
import perennial.protocol.http.BytesHandler;
import perennial.ra.renewal.RenewalDesk;

/// What stands behind the portal.
///
/// @param desk decides on renewals
/// @param cmp answers at `/.well-known/cmp`
/// @param mounts further services by the path that they are mounted at, such as `/ocsp`
public record RaServices(RenewalDesk desk, BytesHandler cmp, Map<String, BytesHandler> mounts) {
    public RaServices {
        mounts = Map.copyOf(mounts);
        for (String path : mounts.keySet()) {
            if (!path.matches("(/[A-Za-z0-9._-]+)+")) {
                throw new IllegalArgumentException(
                        "a mount's path begins with a slash and does not end with one, got "
                                + path);
            }
        }
    }
}
