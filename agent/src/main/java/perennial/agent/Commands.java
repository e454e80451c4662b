// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import perennial.agent.renewal.CardRenewals;
import perennial.agent.renewal.PlannedRenewal;
import perennial.agent.renewal.RenewalOrder;
import perennial.card.PinOutcome;
import perennial.core.advice.Problem;
import perennial.core.renewal.Ticket;

/// The commands, run in the caller's thread.
final class Commands implements AgentCommands {
    private final CardRenewals renewals;

    Commands(CardRenewals renewals) {
        this.renewals = renewals;
    }

    @Override
    public List<ReaderView> readers() {
        return renewals.readers();
    }

    @Override
    public CardView card(String reader) {
        return renewals.card(reader);
    }

    @Override
    public List<UnfinishedRenewal> unfinished() {
        return renewals.unfinished();
    }

    @Override
    public RenewalReport renew(
            String reader,
            URI registrationAuthority,
            Optional<Ticket> ticket,
            PinEntry entry,
            ProgressListener listener) {
        PlannedRenewal plan;
        PinOutcome outcome;
        try (entry) {
            RenewalOrder order = new RenewalOrder.Renew(registrationAuthority, ticket);
            plan = renewals.plan(reader, order, listener);
            outcome = plan.enterPin(entry);
        }
        return switch (outcome) {
            case PinOutcome.Verified _ -> plan.run();
            case PinOutcome.Wrong _ -> refused(plan, outcome, Problem.PIN_WRONG);
            case PinOutcome.Blocked _ -> refused(plan, outcome, Problem.PIN_BLOCKED);
        };
    }

    private static RenewalReport refused(PlannedRenewal plan, PinOutcome outcome, Problem problem) {
        return new RenewalReport(plan.cardNumber(), outcome, List.of(), Optional.of(problem));
    }
}
