// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import perennial.agent.selftest.Fact.Label;
import perennial.agent.selftest.Finding.Failed;
import perennial.agent.selftest.Finding.NotDone;
import perennial.agent.selftest.Finding.Passed;
import perennial.agent.selftest.Finding.Why;
import perennial.card.CardReader;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.core.advice.Explained;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;

/// Runs the checks. Changes nothing but the PIN's tries, and those only with a PIN. Safe for use by
/// many threads.
public final class Doctor {
    private static final System.Logger LOG = System.getLogger(Doctor.class.getName());

    private final Surroundings surroundings;
    private final List<Check> checks =
            List.of(
                    new OperatingSystemCheck(),
                    new BrowserCheck(),
                    new WindowsCheck(),
                    new LoopbackAccessCheck(),
                    new ComponentCheck(),
                    new PortCheck(),
                    new HomeCheck(),
                    new JournalCheck(),
                    new LibrariesCheck(),
                    new RegistrationAuthorityCheck(),
                    new ClockCheck(),
                    new ReadersCheck(),
                    new CardCheck(),
                    new PinCheck(),
                    new SignatureCheck(),
                    new EncryptionCheck(),
                    new ValidityCheck(Topic.SIGNATURE_VALIDITY),
                    new ValidityCheck(Topic.ENCRYPTION_VALIDITY),
                    new StatusCheck(Topic.SIGNATURE_STATUS),
                    new StatusCheck(Topic.ENCRYPTION_STATUS));

    public Doctor(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    public Surroundings surroundings() {
        return surroundings;
    }

    /// A place for a card, as it is offered for choice.
    ///
    /// @param cardNumber of the card in it, when there is one that can be read
    /// @param problem why there is no number although there is a card
    public record Place(
            String reader,
            boolean cardPresent,
            Optional<CardNumber> cardNumber,
            Optional<Problem> problem) {}

    /// Runs all checks that can be run.
    public Report examine(Asked asked) {
        Map<Topic, Finding> findings = new EnumMap<>(Topic.class);
        try (Examination examination = new Examination(surroundings, asked)) {
            for (Check check : checks) {
                findings.put(check.topic(), finding(check, examination, findings));
            }
        }
        return new Report(surroundings.clock().instant(), findings);
    }

    /// The readers with what is in them; none when they cannot be listed, which [#examine]
    /// explains.
    public List<Place> places() {
        List<Place> places = new ArrayList<>();
        try {
            for (CardReader reader : surroundings.cards().readers().list()) {
                places.add(place(reader));
            }
        } catch (RuntimeException e) {
            explained(e);
        }
        return List.copyOf(places);
    }

    private Place place(CardReader reader) {
        if (!reader.cardPresent()) {
            return new Place(reader.name(), false, Optional.empty(), Optional.empty());
        }
        try (CardSession session = surroundings.cards().door().open(reader.name())) {
            return new Place(
                    reader.name(), true, Optional.of(session.cardNumber()), Optional.empty());
        } catch (RuntimeException e) {
            return new Place(
                    reader.name(), true, Optional.empty(), Optional.of(explained(e).problem()));
        }
    }

    private static Finding finding(
            Check check, Examination examination, Map<Topic, Finding> before) {
        boolean ready =
                check.needs().stream().allMatch(topic -> before.get(topic) instanceof Passed);
        if (!ready) {
            boolean onlyPin =
                    check.needs().stream()
                            .filter(topic -> !(before.get(topic) instanceof Passed))
                            .allMatch(topic ->
                                    before.get(topic) instanceof NotDone(Why why)
                                            && why == Why.WITHOUT_PIN);
            return new NotDone(onlyPin ? Why.WITHOUT_PIN : Why.AFTER_ANOTHER);
        }
        try {
            return check.look(examination);
        } catch (RuntimeException e) {
            return explained(e);
        }
    }

    /// What explains itself is a finding; anything else is our own fault, and told as such.
    private static Failed explained(RuntimeException e) {
        if (e instanceof Explained told) {
            return Failed.with(
                    told.problem(), new Fact(Label.REASON, String.valueOf(e.getMessage())));
        }
        LOG.log(System.Logger.Level.ERROR, "a check broke", e);
        return Failed.with(Problem.INTERNAL, new Fact(Label.REASON, e.getClass().getSimpleName()));
    }

    /// The slot that a topic about a certificate means.
    static KeySlot slot(Topic topic, Examination examination) {
        return switch (topic) {
            case ENCRYPTION, ENCRYPTION_VALIDITY, ENCRYPTION_STATUS -> KeySlot.KEY_MANAGEMENT;
            default -> examination.signing();
        };
    }
}
