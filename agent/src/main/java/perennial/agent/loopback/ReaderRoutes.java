// SPDX-License-Identifier: Apache-2.0
package perennial.agent.loopback;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import perennial.agent.CardView;
import perennial.agent.json.Json;
import perennial.agent.renewal.CardRenewals;

/// Questions about readers and cards; none needs a PIN, none changes anything.
final class ReaderRoutes {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);
    private static final int MAX_WINDOWS = 256;

    private final CardRenewals renewals;
    private final ReaderWatch watch;
    private final Answers answers;

    /// The last change that each window was told of, so that none between two questions is lost.
    private final Map<String, Long> told = new ConcurrentHashMap<>();

    ReaderRoutes(CardRenewals renewals, ReaderWatch watch, Answers answers) {
        this.renewals = renewals;
        this.watch = watch;
        this.answers = answers;
    }

    Json.Members readers(Call call) {
        if (told.size() >= MAX_WINDOWS) {
            told.clear();
        }
        told.put(call.window(), watch.changes());
        return new Json.Members()
                .with(
                        "readers",
                        Answers.list(renewals.readers(), r -> answers.reader(r, call.language())));
    }

    Json.Members await(Call call) throws InterruptedException {
        long seen = told.getOrDefault(call.window(), watch.changes());
        long now = watch.after(seen, LONGEST_WAIT);
        told.put(call.window(), now);
        return new Json.Members().with("changed", now > seen);
    }

    Json.Members card(Call call) throws Json.MalformedException {
        String reader =
                call.json()
                        .text("reader")
                        .orElseThrow(() -> new Json.MalformedException("no reader"));
        CardView card = renewals.card(reader);
        return new Json.Members()
                .with("reader", card.reader())
                .with("cardNumber", card.cardNumber().value())
                .with("triesLeft", card.triesLeft())
                .with("certificates", Answers.list(card.certificates(), answers::certificate))
                .with("unfinished", card.unfinished());
    }

    Json.Members unfinished() {
        return new Json.Members()
                .with("unfinished", Answers.list(renewals.unfinished(), answers::unfinished));
    }
}
