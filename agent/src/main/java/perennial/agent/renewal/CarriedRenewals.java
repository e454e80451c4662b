// SPDX-License-Identifier: Apache-2.0
package perennial.agent.renewal;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import perennial.agent.AgentException;
import perennial.card.CardException;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.card.Pin;
import perennial.card.PinOutcome;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.renewal.Renewal;

/// Renewals that a page drives by itself: it got the certificate by ways of its own and brings it
/// to the card. Only what the card does is the agent's, and goes through the same journal and the
/// same steps as its own renewals: wherever it breaks, the same call or any later run for this card
/// finishes it. Safe for use by many threads.
public final class CarriedRenewals {
    private final CardRenewals renewals;

    public CarriedRenewals(CardRenewals renewals) {
        this.renewals = renewals;
    }

    /// The card and its PIN, which stays the caller's.
    ///
    /// @param lastTryConsent whether the holder agrees to use the last try
    public record Presented(String reader, CardNumber card, Pin pin, boolean lastTryConsent) {}

    /// Writes the certificate into the slot whose key it is for. What was begun before for this
    /// card by such a page is finished first. A certificate that is there already is left.
    ///
    /// @param page the origin of the page that brought it
    /// @return of the PIN; the certificate is on the card and read back only if it is verified
    /// @throws AgentException OTHER_CARD, KEY_NOT_REPLACEABLE when no key of the card is the
    ///   certificate's, RENEWAL_RUNNING when one of the agent's own is under way for it,
    ///   PIN_LAST_TRY; the card was not asked then
    /// @throws perennial.protocol.cmp.ProtocolException RA_ANSWER_INVALID when it is for another
    ///   subject; the card is as it was
    /// @throws CardException whatever the card does
    public PinOutcome install(Presented presented, URI page, Certificate fresh) {
        try (CardLocks.Held _ = renewals.lock(presented.card());
                CardSession session = renewals.open(presented.reader())) {
            check(session, presented, fresh);
            int left = session.triesLeft();
            if (left == 0) {
                return new PinOutcome.Blocked();
            }
            if (left == 1 && !presented.lastTryConsent()) {
                throw new AgentException(Problem.PIN_LAST_TRY, "one try left and no consent");
            }
            PinOutcome outcome = session.verify(presented.pin());
            if (outcome instanceof PinOutcome.Verified) {
                install(session, presented.reader(), page, fresh);
            }
            return outcome;
        }
    }

    /// Everything that can be seen without the PIN.
    private void check(CardSession session, Presented presented, Certificate fresh) {
        if (!session.cardNumber().equals(presented.card())) {
            throw new AgentException(
                    Problem.OTHER_CARD, "another card was put into " + presented.reader());
        }
        List<JournalledRenewal> known = renewals.journalled(presented.card());
        boolean ofThisKey =
                slot(session, fresh).isPresent()
                        || known.stream()
                                .anyMatch(r ->
                                        isBegun(r)
                                                && r.old().publicKey().equals(fresh.publicKey()));
        if (!ofThisKey) {
            throw new AgentException(
                    Problem.KEY_NOT_REPLACEABLE, "no key of the card is the certificate's");
        }
        boolean ownRuns =
                known.stream()
                        .filter(r -> !r.subject().isCarried() && !r.isFinished())
                        .anyMatch(r -> r.old().publicKey().equals(fresh.publicKey()));
        if (ownRuns) {
            throw new AgentException(
                    Problem.RENEWAL_RUNNING, "a renewal of the agent's own is not finished");
        }
    }

    private void install(CardSession session, String reader, URI page, Certificate fresh) {
        renewals.busy().add(reader);
        try {
            for (JournalledRenewal begun : renewals.journalled(session.cardNumber())) {
                if (isBegun(begun)) {
                    finish(renewals.maker(session.cardNumber()).begun(begun), session);
                }
            }
            KeySlot slot =
                    slot(session, fresh)
                            .orElseThrow(() ->
                                    new AgentException(
                                            Problem.KEY_NOT_REPLACEABLE,
                                            "no key of the card is the certificate's"));
            Certificate held = session.certificate(slot).orElseThrow();
            if (!held.equals(fresh)) {
                RenewalRun run = run(session.cardNumber(), slot, page, held);
                run.bring(fresh);
                finish(run, session);
            }
        } finally {
            renewals.busy().remove(reader);
        }
    }

    private static void finish(RenewalRun run, CardSession session) {
        run.check(session);
        run.install(session);
        run.end();
    }

    private RenewalRun run(CardNumber card, KeySlot slot, URI page, Certificate held) {
        Optional<JournalledRenewal> brokenOff =
                renewals.journalled(card).stream()
                        .filter(r -> r.cameToNothing() && r.old().equals(held))
                        .findFirst();
        return brokenOff
                .map(renewals.maker(card)::begun)
                .orElseGet(() ->
                        renewals.maker(card)
                                .fresh(
                                        new RenewalSubject(
                                                renewals.newId(),
                                                card,
                                                slot,
                                                RenewalSubject.carriedBy(page)),
                                        held));
    }

    private static boolean isBegun(JournalledRenewal renewal) {
        return renewal.subject().isCarried()
                && (renewal.renewal() instanceof Renewal.Uninstalled
                        || renewal.renewal() instanceof Renewal.Unconfirmed);
    }

    private static Optional<KeySlot> slot(CardSession session, Certificate fresh) {
        return RenewalPlan.SLOTS.stream()
                .filter(slot ->
                        session.certificate(slot)
                                .filter(held -> held.publicKey().equals(fresh.publicKey()))
                                .isPresent())
                .findFirst();
    }
}
