// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import perennial.core.authority.CertificationRequest;
import perennial.core.certificate.Certificate;

/// Bytes that every lint has passed: the only thing that [IssuingKey] signs as a certificate, and
/// once. There is no other way to get one than [#check].
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

    /// Looks at the bytes with every lint.
    static Outcome check(byte[] tbs, Certificate issuer, CertificationRequest request) {
        byte[] own = tbs.clone();
        Candidate candidate;
        try {
            candidate = Candidate.read(own, issuer, request);
        } catch (IllegalArgumentException e) {
            return new Outcome.Refused(
                    List.of(
                            new Lint.Finding(
                                    "is one TBSCertificate, no extension twice",
                                    "RFC 5280 4.1, 4.2",
                                    "cannot be read: " + e.getMessage())));
        }
        List<Lint.Finding> findings =
                Stream.concat(FieldLints.ALL.stream(), ExtensionLints.ALL.stream())
                        .map(lint -> lint.look(candidate))
                        .flatMap(Optional::stream)
                        .toList();
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
