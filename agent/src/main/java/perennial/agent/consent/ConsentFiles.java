// SPDX-License-Identifier: Apache-2.0
package perennial.agent.consent;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import perennial.agent.AgentException;
import perennial.core.certificate.Certificate;

/// Consents from two files in the agent's home, read at every question: the operator's list
/// ([OperatorList]), and `origins`, where the holder's own stand, a line each: `allow ORIGIN TIME`
/// or `revoke ORIGIN TIME`.
///
/// What the holder says goes before what the operator says. A holder's file that is not understood
/// allows nothing and is not written over.
public final class ConsentFiles implements Consents {
    private static final System.Logger LOG = System.getLogger(ConsentFiles.class.getName());
    private static final String ALLOW = "allow";
    private static final String REVOKE = "revoke";

    /// More than a person keeps in view.
    private static final int MAX_SITES = 256;

    private final OperatorList operator;
    private final TextFile holder;
    private final Clock clock;

    /// @param anchors of all configured authorities
    public ConsentFiles(Path home, List<Certificate> anchors, Clock clock) {
        this.operator = new OperatorList(home, anchors, clock);
        this.holder = new TextFile(home.resolve("origins"));
        this.clock = clock;
    }

    private record Said(boolean allowed, Instant since) {}

    @Override
    public boolean allows(Origin origin) {
        return found(origin).isPresent();
    }

    @Override
    public boolean mayBringPin(Origin origin) {
        return found(origin).filter(Consented::mayBringPin).isPresent();
    }

    private Optional<Consented> found(Origin origin) {
        try {
            return all().stream()
                    .filter(c -> c.origin().equals(origin) && !c.revoked())
                    .findFirst();
        } catch (AgentException e) {
            LOG.log(System.Logger.Level.WARNING, "no site is allowed", e);
            return Optional.empty();
        }
    }

    @Override
    public synchronized List<Consented> all() {
        Map<Origin, Said> own = said();
        Map<Origin, Consented> all = new LinkedHashMap<>();
        for (Consented listed : operator.read()) {
            boolean revoked =
                    Optional.ofNullable(own.get(listed.origin()))
                            .filter(said -> !said.allowed())
                            .isPresent();
            all.put(
                    listed.origin(),
                    new Consented(
                            listed.origin(),
                            Consented.Source.OPERATOR,
                            listed.since(),
                            listed.mayBringPin(),
                            revoked));
        }
        own.forEach((origin, said) -> {
            if (said.allowed()) {
                all.putIfAbsent(
                        origin,
                        new Consented(origin, Consented.Source.HOLDER, said.since(), false, false));
            }
        });
        return all.values().stream().sorted(Comparator.comparing(c -> c.origin().text())).toList();
    }

    @Override
    public void allow(Origin origin) {
        say(origin, true);
    }

    @Override
    public void revoke(Origin origin) {
        say(origin, false);
    }

    private synchronized void say(Origin origin, boolean allowed) {
        Map<Origin, Said> own = said();
        boolean listed = operator.read().stream().anyMatch(c -> c.origin().equals(origin));
        own.remove(origin);
        // What the operator allows needs no word of the holder, what nobody allows no revocation.
        if (listed != allowed) {
            own.put(origin, new Said(allowed, clock.instant().truncatedTo(ChronoUnit.SECONDS)));
        }
        if (own.size() > MAX_SITES) {
            throw holder.invalid("at most %d sites".formatted(MAX_SITES));
        }
        List<String> lines = new ArrayList<>();
        own.forEach((site, said) ->
                lines.add(
                        "%s %s %s".formatted(said.allowed() ? ALLOW : REVOKE, site, said.since())));
        holder.replace(lines);
    }

    private Map<Origin, Said> said() {
        Map<Origin, Said> own = new LinkedHashMap<>();
        for (String line : holder.lines()) {
            String[] words = line.split(" +");
            Optional<Origin> origin = words.length == 3 ? Origin.parse(words[1]) : Optional.empty();
            if (origin.isEmpty() || !(words[0].equals(ALLOW) || words[0].equals(REVOKE))) {
                throw holder.invalid("expected allow or revoke ORIGIN TIME, got " + line);
            }
            own.put(origin.get(), new Said(words[0].equals(ALLOW), time(words[2])));
        }
        return own;
    }

    private Instant time(String word) {
        try {
            return Instant.parse(word);
        } catch (DateTimeParseException e) {
            AgentException invalid = holder.invalid("expected a time, got " + word);
            invalid.initCause(e);
            throw invalid;
        }
    }
}
