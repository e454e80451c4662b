// SPDX-License-Identifier: Apache-2.0
package perennial.agent.loopback;

import java.net.URI;
import java.net.URISyntaxException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import perennial.agent.AgentException;
import perennial.agent.PinEntry;
import perennial.agent.json.Json;
import perennial.agent.renewal.CardRenewals;
import perennial.agent.renewal.PlannedRenewal;
import perennial.agent.renewal.RenewalOrder;
import perennial.agent.sealing.OneTimeKeys;
import perennial.agent.sealing.SealedSecret;
import perennial.card.Pin;
import perennial.card.PinOutcome;
import perennial.core.advice.Problem;
import perennial.core.renewal.Ticket;

/// Questions of one renewal: what is to be done, the PIN, how it goes. The renewal itself runs in a
/// thread of the agent, whatever becomes of the window.
final class RenewalRoutes {
    private static final System.Logger LOG = System.getLogger(RenewalRoutes.class.getName());
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    private static final int MAX_PLANS = 64;

    private final CardRenewals renewals;
    private final ExecutorService workers;
    private final SecureRandom random;
    private final OneTimeKeys keys;
    private final Answers answers;

    /// By run; the oldest are forgotten, which ends nothing but the watching.
    private final Map<String, PlannedRenewal> plans = new LinkedHashMap<>();

    RenewalRoutes(
            CardRenewals renewals,
            ExecutorService workers,
            SecureRandom random,
            OneTimeKeys keys,
            Answers answers) {
        this.renewals = renewals;
        this.workers = workers;
        this.random = random;
        this.keys = keys;
        this.answers = answers;
    }

    Json.Members plan(Call call) throws Json.MalformedException {
        Json.Members asked = call.json();
        String reader =
                asked.text("reader").orElseThrow(() -> new Json.MalformedException("no reader"));
        Optional<String> ticket = asked.text("ticket");
        RenewalOrder order =
                ticket.isPresent()
                        ? new RenewalOrder.Renew(
                                origin(asked.text("origin")), Optional.of(ticket(ticket.get())))
                        : new RenewalOrder.Finish();
        PlannedRenewal plan = renewals.plan(reader, order, progress -> {});
        return new Json.Members()
                .with("run", remember(plan))
                .with("cardNumber", plan.cardNumber().value())
                .with("triesLeft", plan.triesLeft())
                .with("certificates", Answers.list(plan.certificates(), answers::toRenew))
                .with("resumes", plan.resumes())
                .with("secondSecret", plan.asksSecondSecret());
    }

    Json.Members pin(Call call) {
        PlannedRenewal plan = plan(call.field("X-Perennial-Run"));
        boolean consent = call.field("X-Perennial-Last-Try").equals("yes");
        PinOutcome outcome;
        try (SealedSecret sealed = keys.open(call.window(), call.body());
                PinEntry entry = entry(sealed, consent, plan.asksSecondSecret())) {
            outcome = plan.enterPin(entry);
        }
        return switch (outcome) {
            case PinOutcome.Verified _ -> {
                workers.execute(() -> run(plan));
                yield new Json.Members().with("outcome", "VERIFIED");
            }
            case PinOutcome.Wrong(int left) ->
                    new Json.Members().with("outcome", "WRONG").with("triesLeft", left);
            case PinOutcome.Blocked _ -> new Json.Members().with("outcome", "BLOCKED");
        };
    }

    private static PinEntry entry(SealedSecret sealed, boolean consent, boolean second) {
        if (!second) {
            return PinEntry.of(sealed.pins(1).getFirst(), consent);
        }
        Pin pin = sealed.firstPins(1).getFirst();
        try {
            return new PinEntry(pin, consent, sealed.textAfter(1));
        } catch (AgentException e) {
            pin.close();
            throw e;
        }
    }

    Json.Members progress(Call call) throws Json.MalformedException, InterruptedException {
        Json.Members asked = call.json();
        PlannedRenewal plan = plan(asked.text("run").orElse(""));
        return answers.progress(
                plan.board().after(asked.whole("after"), LONGEST_WAIT), call.language());
    }

    private static void run(PlannedRenewal plan) {
        try {
            plan.run();
        } catch (RuntimeException e) {
            // The thread's edge: the window is told by the board, the cause is told here.
            LOG.log(System.Logger.Level.ERROR, "renewal ended unexpectedly", e);
        }
    }

    private static URI origin(Optional<String> text) {
        try {
            return new URI(text.orElse("null"));
        } catch (URISyntaxException e) {
            throw new AgentException(Problem.RA_NOT_TRUSTED, "not an origin", e);
        }
    }

    private static Ticket ticket(String text) {
        try {
            return Ticket.parse(text);
        } catch (IllegalArgumentException e) {
            throw new AgentException(Problem.TICKET_INVALID, "not a ticket", e);
        }
    }

    private String remember(PlannedRenewal plan) {
        byte[] octets = new byte[16];
        random.nextBytes(octets);
        String run = HexFormat.of().formatHex(octets);
        synchronized (plans) {
            plans.put(run, plan);
            if (plans.size() > MAX_PLANS) {
                plans.remove(plans.keySet().iterator().next());
            }
        }
        return run;
    }

    private PlannedRenewal plan(String run) {
        synchronized (plans) {
            return Optional.ofNullable(plans.get(run))
                    .orElseThrow(() -> new AgentException(Problem.REQUEST_INVALID, "no such run"));
        }
    }
}
