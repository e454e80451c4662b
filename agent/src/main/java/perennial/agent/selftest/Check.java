// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.util.Set;

/// One check: one question, one finding.
interface Check {
    Topic topic();

    /// What has to have passed before; if one has not, this is not done.
    default Set<Topic> needs() {
        return Set.of();
    }

    /// Whatever it throws that explains itself is a failure of this check.
    Finding look(Examination examination);
}
