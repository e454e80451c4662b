// SPDX-License-Identifier: Apache-2.0
package perennial.agent.hipki;

import perennial.agent.consent.Origin;

/// One call of the dialect.
///
/// @param func the name of its answer
record Operation(String func, Secrets secrets, Preparing preparing) {
    /// Looks at what was asked before anybody is asked for a PIN.
    @FunctionalInterface
    interface Preparing {
        /// @param asked stays the caller's
        /// @throws RefusedException when it cannot be done
        Prepared prepare(TbsPackage asked, Origin origin);
    }
}
