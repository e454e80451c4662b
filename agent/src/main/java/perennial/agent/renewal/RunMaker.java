// SPDX-License-Identifier: Apache-2.0
package perennial.agent.renewal;

import java.util.Optional;
import perennial.core.certificate.Certificate;
import perennial.core.renewal.RenewalId;

/// Makes the runs of one card; knows journal, clock and registration authorities.
interface RunMaker {
    RenewalRun begun(JournalledRenewal renewal);

    RenewalRun fresh(RenewalSubject subject, Certificate old);

    /// The one that the journal knows by this id.
    Optional<RenewalRun> known(RenewalId id);
}
