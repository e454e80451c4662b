// SPDX-License-Identifier: Apache-2.0
package perennial.ca.audit;

import java.time.Instant;
import java.util.List;

/// The heads of all nodes, at another place than their records: in the database.
public interface AuditHeads {
    /// @throws perennial.ca.CaException DATABASE_UNAVAILABLE
    List<AuditHead> all();

    /// Moves the node's head forward, never back and never to another key.
    ///
    /// @return false when that is what it would be
    /// @throws perennial.ca.CaException DATABASE_UNAVAILABLE
    boolean advance(AuditHead head, Instant at);

    /// Puts the node's head wherever it is told; an operator has decided so.
    ///
    /// @throws perennial.ca.CaException DATABASE_UNAVAILABLE
    void replace(AuditHead head, Instant at);
}
