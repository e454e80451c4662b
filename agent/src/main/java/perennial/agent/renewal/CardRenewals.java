// SPDX-License-Identifier: Apache-2.0
package perennial.agent.renewal;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import perennial.agent.AgentException;
import perennial.agent.CardView;
import perennial.agent.ProgressListener;
import perennial.agent.ReaderView;
import perennial.agent.UnfinishedRenewal;
import perennial.card.CardException;
import perennial.card.CardReader;
import perennial.card.CardReaders;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.renewal.Renewal;
import perennial.core.renewal.RenewalId;
import perennial.core.renewal.RenewalStep;
import perennial.protocol.cmp.CmpClient;

/// What the agent does with the cards of this computer: look, and renew. Safe for use by many
/// threads.
public final class CardRenewals {
    private static final System.Logger LOG = System.getLogger(CardRenewals.class.getName());

    /// Longer than a card takes for any question without PIN; a renewal is known as such.
    private static final Duration TURN = Duration.ofSeconds(10);

    private final CardReaders readers;
    private final RenewalJournal journal;
    private final CardLocks locks;
    private final Map<URI, CmpClient> authorities;
    private final Timing timing;
    private final SecureRandom random;

    /// Readers whose card a renewal of this process holds.
    private final Set<String> busy = ConcurrentHashMap.newKeySet();

    /// What passes the time.
    public record Timing(Clock clock, Pause pause) {}

    /// @param authorities by the origin of their pages
    public CardRenewals(
            CardReaders readers,
            RenewalJournal journal,
            CardLocks locks,
            Map<URI, CmpClient> authorities,
            Timing timing,
            SecureRandom random) {
        this.readers = new QueuedReaders(readers, TURN);
        this.journal = journal;
        this.locks = locks;
        this.authorities = Map.copyOf(authorities);
        this.timing = timing;
        this.random = random;
    }

    public List<ReaderView> readers() {
        return readers.list().stream().map(this::view).toList();
    }

    /// @throws AgentException RENEWAL_RUNNING
    /// @throws CardException NO_READER, NO_CARD and whatever the card does
    public CardView card(String reader) {
        try (CardSession session = open(reader)) {
            return new CardView(
                    reader,
                    session.cardNumber(),
                    session.triesLeft(),
                    certificates(session),
                    hasUnfinished(session.cardNumber()));
        }
    }

    /// One entry for each card and registration authority, oldest first. A card whose journal is
    /// damaged is left out here and logged; working with it says so.
    public List<UnfinishedRenewal> unfinished() {
        List<UnfinishedRenewal> found = new ArrayList<>();
        for (CardNumber card : journal.cards()) {
            Map<URI, UnfinishedRenewal> byAuthority = new LinkedHashMap<>();
            for (JournalledRenewal renewal : readable(card)) {
                if (!renewal.isFinished()) {
                    UnfinishedRenewal one = unfinished(renewal);
                    byAuthority.merge(one.registrationAuthority(), one, CardRenewals::earlier);
                }
            }
            found.addAll(byAuthority.values());
        }
        found.sort(Comparator.comparing(UnfinishedRenewal::since));
        return List.copyOf(found);
    }

    /// Looks what is to be done, without PIN and without beginning anything.
    ///
    /// @throws AgentException RA_NOT_TRUSTED, OTHER_CARD, NO_CERTIFICATE, RENEWAL_RUNNING
    /// @throws CardException NO_READER, NO_CARD and whatever the card does
    public PlannedRenewal plan(String reader, RenewalOrder order, ProgressListener listener) {
        if (order instanceof RenewalOrder.Renew(var origin, _)
                && !authorities.containsKey(origin)) {
            throw new AgentException(Problem.RA_NOT_TRUSTED, "not configured: " + origin);
        }
        try (CardSession session = open(reader)) {
            return new PlannedRenewal(this, session, reader, order, listener);
        }
    }

    /// Takes the card for a short while, in turn with every other question about it.
    ///
    /// @throws AgentException RENEWAL_RUNNING
    /// @throws CardException NO_READER, NO_CARD and whatever the card does
    public CardSession open(String reader) {
        if (busy.contains(reader)) {
            throw new AgentException(Problem.RENEWAL_RUNNING, reader);
        }
        CardReader found =
                readers.list().stream()
                        .filter(r -> r.name().equals(reader))
                        .findFirst()
                        .orElseThrow(() -> new CardException(Problem.NO_READER, reader));
        try {
            return found.open();
        } catch (CardException e) {
            if (e.problem() == Problem.CARD_IN_USE && busy.contains(reader)) {
                throw new AgentException(Problem.RENEWAL_RUNNING, reader, e);
            }
            throw e;
        }
    }

    List<JournalledRenewal> journalled(CardNumber card) {
        return journal.of(card);
    }

    RenewalId newId() {
        return RenewalId.random(random);
    }

    CardLocks.Held lock(CardNumber card) {
        return locks.take(card);
    }

    Set<String> busy() {
        return busy;
    }

    Pause pause() {
        return timing.pause();
    }

    RunMaker maker(CardNumber card) {
        return new RunMaker() {
            @Override
            public RenewalRun begun(JournalledRenewal renewal) {
                URI origin = renewal.subject().registrationAuthority();
                return new RenewalRun(renewal, link(origin), journal, timing.clock());
            }

            @Override
            public RenewalRun fresh(RenewalSubject subject, Certificate old) {
                URI origin = subject.registrationAuthority();
                return new RenewalRun(subject, old, link(origin), journal, timing.clock());
            }

            @Override
            public Optional<RenewalRun> known(RenewalId id) {
                return journal.of(card).stream()
                        .filter(r -> r.subject().id().equals(id))
                        .findFirst()
                        .map(this::begun);
            }
        };
    }

    List<RenewalRun> runs(CardSession session, RenewalOrder order) {
        CardNumber card = session.cardNumber();
        return new RenewalPlan(session, journal.of(card), maker(card), random).runs(order);
    }

    private Optional<CmpClient> link(URI origin) {
        return Optional.ofNullable(authorities.get(origin));
    }

    private ReaderView view(CardReader reader) {
        if (!reader.cardPresent()) {
            return new ReaderView(reader.name(), false, Optional.empty(), Optional.empty());
        }
        try (CardSession session = open(reader.name())) {
            return new ReaderView(
                    reader.name(), true, Optional.of(session.cardNumber()), Optional.empty());
        } catch (CardException e) {
            return new ReaderView(reader.name(), true, Optional.empty(), Optional.of(e.problem()));
        } catch (AgentException e) {
            return new ReaderView(reader.name(), true, Optional.empty(), Optional.of(e.problem()));
        }
    }

    private static List<CardView.SlotCertificate> certificates(CardSession session) {
        List<CardView.SlotCertificate> certificates = new ArrayList<>();
        for (KeySlot slot : EnumSet.allOf(KeySlot.class)) {
            session.certificate(slot)
                    .ifPresent(c -> certificates.add(new CardView.SlotCertificate(slot, c)));
        }
        return certificates;
    }

    /// A damaged journal is not a reason to hide a card's certificates.
    private boolean hasUnfinished(CardNumber card) {
        try {
            return journal.of(card).stream().anyMatch(r -> !r.isFinished());
        } catch (AgentException e) {
            LOG.log(System.Logger.Level.WARNING, "journal of a card cannot be read", e);
            return true;
        }
    }

    private List<JournalledRenewal> readable(CardNumber card) {
        try {
            return journal.of(card);
        } catch (AgentException e) {
            LOG.log(System.Logger.Level.WARNING, "journal of a card cannot be read", e);
            return List.of();
        }
    }

    private static UnfinishedRenewal unfinished(JournalledRenewal renewal) {
        RenewalStep step =
                switch (renewal.renewal()) {
                    case Renewal.Invited _ -> RenewalStep.REQUEST;
                    case Renewal.Pending _, Renewal.Ready _, Renewal.Keyed _ -> RenewalStep.SEND;
                    case Renewal.Uninstalled _ -> RenewalStep.WRITE;
                    case Renewal.Unconfirmed _, Renewal.Done _, Renewal.Refused _ ->
                            RenewalStep.DONE;
                };
        return new UnfinishedRenewal(
                renewal.subject().cardNumber(),
                renewal.since(),
                renewal.subject().registrationAuthority(),
                step);
    }

    private static UnfinishedRenewal earlier(UnfinishedRenewal one, UnfinishedRenewal other) {
        boolean first = one.step().compareTo(other.step()) <= 0;
        return new UnfinishedRenewal(
                one.cardNumber(),
                one.since().isBefore(other.since()) ? one.since() : other.since(),
                one.registrationAuthority(),
                first ? one.step() : other.step());
    }
}
