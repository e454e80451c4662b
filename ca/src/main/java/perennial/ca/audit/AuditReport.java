// SPDX-License-Identifier: Apache-2.0
package perennial.ca.audit;

import java.util.List;

/// What came out of a verification.
public record AuditReport(List<Chain> chains, List<AuditFinding> findings) {
    public AuditReport {
        chains = List.copyOf(chains);
        findings = List.copyOf(findings);
    }

    /// One node's records.
    ///
    /// @param head the last record; to be noted at a third place by who wants to compare later
    public record Chain(long records, AuditHead head) {}

    public boolean isSound() {
        return findings.stream().noneMatch(finding -> finding.kind().isBreach());
    }
}
