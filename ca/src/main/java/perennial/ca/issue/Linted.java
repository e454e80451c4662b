// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue;

import java.util.List;
import perennial.ca.issue.lint.Lint;
import perennial.ca.issue.lint.LintGate;
import perennial.ca.issue.lint.Plan;
import perennial.core.authority.CertificationRequest;

/// Bytes that every lint has passed: the only thing that [IssuingKey] signs as a certificate, and
/// once. There is no other way to get one than to have it checked here.
final class Linted {
    private final byte[] tbs;
    private boolean taken;

    private Linted(byte[] tbs) {
        this.tbs = tbs;
    }

    /// What came out of the lints.
    sealed interface Outcome {
        record Clean(Linted linted) implements Outcome {}

        /// @param findings all of them, at least one
        record Refused(List<Lint.Finding> findings) implements Outcome {}
    }

    /// Looks at bytes that an intent is to be written down for: standards and profile.
    static Outcome check(byte[] tbs, LintGate gate, CertificationRequest request, Plan plan) {
        byte[] own = tbs.clone();
        return outcome(own, gate.standardsAndProfile(own, request, plan));
    }

    /// Looks at the bytes of an intent that was written down before: standards alone, the profile
    /// may have changed since.
    static Outcome checkAgain(byte[] tbs, LintGate gate, CertificationRequest request) {
        byte[] own = tbs.clone();
        return outcome(own, gate.standards(own, request));
    }

    private static Outcome outcome(byte[] own, List<Lint.Finding> findings) {
        return findings.isEmpty()
                ? new Outcome.Clean(new Linted(own))
                : new Outcome.Refused(findings);
    }

    /// The bytes, to be signed now.
    ///
    /// @throws IllegalStateException the second time
    byte[] take() {
        if (taken) {
            throw new IllegalStateException("linted bytes are signed once");
        }
        taken = true;
        return tbs;
    }
}
