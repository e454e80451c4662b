// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.lint;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.bouncycastle.asn1.x509.TBSCertificate;
import perennial.core.authority.CertificationRequest;
import perennial.core.certificate.Certificate;

/// What everything has to pass that one issuing key is to sign as a certificate.
public final class LintGate {
    /// What cannot be read cannot be looked at any further.
    static final String READABLE = "is a TBSCertificate of version 3, no extension twice";

    static final String READABLE_CLAUSE = "RFC 5280 4.1, 4.1.2.1, 4.2";

    private final Certificate issuer;
    private final ThrowAwayKey throwAway;

    /// @param issuer the issuing key's certificate
    /// @param throwAway signs as the issuing key does
    public LintGate(Certificate issuer, ThrowAwayKey throwAway) {
        this.issuer = issuer;
        this.throwAway = throwAway;
    }

    /// What the rules of the standards find wrong with bytes that are to be signed for this
    /// request; nothing, when they may be signed.
    public List<Lint.Finding> standards(byte[] tbs, CertificationRequest request) {
        return look(tbs, request, _ -> List.of());
    }

    /// The same, and what the profile's own rules find.
    public List<Lint.Finding> standardsAndProfile(
            byte[] tbs, CertificationRequest request, Plan plan) {
        return look(
                tbs,
                request,
                candidate -> Lint.lookAll(ProfileLints.ALL, new Planned(candidate, plan)));
    }

    private List<Lint.Finding> look(
            byte[] tbs,
            CertificationRequest request,
            Function<Candidate, List<Lint.Finding>> further) {
        TBSCertificate read;
        try {
            read = Candidate.read(tbs);
        } catch (IllegalArgumentException e) {
            return List.of(
                    new Lint.Finding(READABLE, READABLE_CLAUSE, String.valueOf(e.getMessage())));
        }
        Candidate candidate = candidate(tbs, read, request);
        List<Lint.Finding> findings = new ArrayList<>();
        findings.addAll(Lint.lookAll(StandardLints.ALL, candidate));
        findings.addAll(further.apply(candidate));
        return List.copyOf(findings);
    }

    private Candidate candidate(byte[] tbs, TBSCertificate read, CertificationRequest request) {
        byte[] signed = SignedParts.assemble(tbs, throwAway.algorithm(), throwAway.sign(tbs));
        return new Candidate(tbs, read, signed, issuer, throwAway.algorithm(), request);
    }
}
