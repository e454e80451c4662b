// SPDX-License-Identifier: Apache-2.0
package perennial.agent.renewal;

import java.net.URI;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import perennial.agent.AgentException;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.SerialNumber;
import perennial.core.renewal.Renewal;
import perennial.core.renewal.RenewalId;
import perennial.core.renewal.Ticket;

/// From journal, card and order: which renewals there are to drive, those of signature keys first.
final class RenewalPlan {
    /// The holder's keys, in the order of work; 9E is the card's own.
    static final List<KeySlot> SLOTS =
            List.of(KeySlot.DIGITAL_SIGNATURE, KeySlot.AUTHENTICATION, KeySlot.KEY_MANAGEMENT);

    private final CardSession session;
    private final List<JournalledRenewal> journalled;
    private final RunMaker maker;
    private final SecureRandom random;
    private final List<RenewalRun> runs = new ArrayList<>();

    RenewalPlan(
            CardSession session,
            List<JournalledRenewal> journalled,
            RunMaker maker,
            SecureRandom random) {
        this.session = session;
        this.journalled = journalled;
        this.maker = maker;
        this.random = random;
    }

    /// @throws AgentException OTHER_CARD when the card does not hold what is to be renewed,
    ///   NO_CERTIFICATE when there is nothing to do
    List<RenewalRun> runs(RenewalOrder order) {
        for (JournalledRenewal renewal : journalled) {
            if (!renewal.isFinished()) {
                runs.add(maker.begun(renewal));
            }
        }
        if (order instanceof RenewalOrder.Renew(var origin, var ticket)) {
            if (ticket.isPresent()) {
                ticket.get().entries().forEach(entry -> add(entry, origin));
            } else {
                addWholeCard(origin);
            }
        }
        if (runs.isEmpty()) {
            throw new AgentException(Problem.NO_CERTIFICATE, "nothing to renew on this card");
        }
        for (RenewalRun run : runs) {
            run.check(session);
        }
        runs.sort(Comparator.comparingInt(r -> SLOTS.indexOf(r.subject().slot())));
        return List.copyOf(runs);
    }

    private void add(Ticket.Entry entry, URI origin) {
        Optional<JournalledRenewal> known =
                journalled.stream()
                        .filter(r -> r.subject().id().equals(entry.id()) || isLive(r, entry.old()))
                        .findFirst();
        if (known.isPresent()) {
            // One that is at its end belongs to the answer, nothing else is to be done about it.
            if (known.get().isFinished()) {
                runs.add(maker.begun(known.get()));
            }
            return;
        }
        for (KeySlot slot : SLOTS) {
            Optional<Certificate> held = session.certificate(slot);
            if (held.isPresent() && held.get().serialNumber().equals(entry.old())) {
                runs.add(fresh(entry.id(), slot, origin, held.get()));
                return;
            }
        }
        throw new AgentException(
                Problem.OTHER_CARD, "no slot holds the certificate " + entry.old());
    }

    /// Whether the renewal of this certificate is under way or done, under whatever id.
    private static boolean isLive(JournalledRenewal renewal, SerialNumber old) {
        boolean over = renewal.renewal() instanceof Renewal.Refused || renewal.cameToNothing();
        return !over && renewal.old().serialNumber().equals(old);
    }

    private void addWholeCard(URI origin) {
        boolean resuming = !runs.isEmpty();
        for (KeySlot slot : SLOTS) {
            boolean begun = runs.stream().anyMatch(r -> r.subject().slot() == slot);
            Optional<Certificate> held = session.certificate(slot);
            if (begun || held.isEmpty() || (resuming && isOurs(held.get()))) {
                continue;
            }
            runs.add(fresh(RenewalId.random(random), slot, origin, held.get()));
        }
    }

    /// Whether a renewal of this journal put it on the card: when the rest of the same visit is
    /// finished, it is not to be renewed again.
    private boolean isOurs(Certificate held) {
        return journalled.stream()
                .anyMatch(r ->
                        r.renewal() instanceof Renewal.Done(_, var fresh) && fresh.equals(held));
    }

    private RenewalRun fresh(RenewalId id, KeySlot slot, URI origin, Certificate old) {
        return maker.fresh(new RenewalSubject(id, session.cardNumber(), slot, origin), old);
    }
}
