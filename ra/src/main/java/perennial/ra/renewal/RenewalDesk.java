// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import perennial.core.authority.CertificationAuthority;
import perennial.core.authority.IssueOutcome;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.core.renewal.Eligibility;
import perennial.core.renewal.RenewalId;
import perennial.core.renewal.Ticket;
import perennial.protocol.cmp.UpdateRequest;
import perennial.protocol.cmp.UpdateService;

/// The registration authority's decisions: eligible, approved, refused, closed. Safe for use by
/// many threads and by many nodes on one register.
public final class RenewalDesk implements UpdateService {
    /// @param issuers the authorities served here
    public RenewalDesk(
            RenewalRegister register,
            CertificationAuthority authority,
            List<IssuerSettings> issuers,
            Clock clock,
            SecureRandom random) {
        throw new UnsupportedOperationException();
    }

    @Override
    public IssueOutcome update(UpdateRequest request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<IssueOutcome> outcome(RenewalId id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Certificate> old(RenewalId id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void confirm(RenewalId id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void reject(RenewalId id, String text) {
        throw new UnsupportedOperationException();
    }

    /// Enters a card's certificates at its personalisation; again changes nothing.
    public void registerCard(CardNumber card, List<Certificate> certificates) {
        throw new UnsupportedOperationException();
    }

    /// How many renewals led to this certificate; zero for one not seen yet.
    public int timesRenewed(CertificateId certificate) {
        throw new UnsupportedOperationException();
    }

    /// Whether it may be renewed now.
    public Eligibility eligibility(Certificate certificate) {
        throw new UnsupportedOperationException();
    }

    public CardStatus check(CardNumber card, List<Certificate> certificates) {
        throw new UnsupportedOperationException();
    }

    /// A new visit, not opened yet.
    public Visit visit(CardNumber card) {
        throw new UnsupportedOperationException();
    }

    /// Opens the visit and requests the renewal of each certificate that may be renewed.
    ///
    /// @return which ones under which ids; empty when none may be renewed
    public Optional<Ticket> open(Visit visit, List<Certificate> certificates) {
        throw new UnsupportedOperationException();
    }

    /// How far the visit's renewals have come; empty when there is no such visit or it has expired.
    public Optional<VisitProgress> progress(VisitToken token) {
        throw new UnsupportedOperationException();
    }
}
