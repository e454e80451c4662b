// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import java.util.Optional;
import perennial.core.renewal.ReKeyPermission;

/// A permission as the register has it.
///
/// @param renewal what it was given for
/// @param permission empty once the renewal has ended; whoever reads it closes it
record StoredPermission(RegisteredRenewal renewal, Optional<ReKeyPermission> permission) {}
