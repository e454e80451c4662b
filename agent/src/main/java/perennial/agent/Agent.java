// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import perennial.agent.consent.ConsentFiles;
import perennial.agent.consent.DialectFile;
import perennial.agent.hipki.HipkiService;
import perennial.agent.http.Limits;
import perennial.agent.http.Listener;
import perennial.agent.http.Peers;
import perennial.agent.loopback.LoopbackServer;
import perennial.agent.loopback.ReaderWatch;
import perennial.agent.renewal.CardLocks;
import perennial.agent.renewal.CardRenewals;
import perennial.agent.renewal.FileJournal;
import perennial.agent.renewal.RenewalJournal;
import perennial.agent.selftest.Doctor;
import perennial.agent.selftest.Surroundings;
import perennial.agent.selftest.page.SelfTestService;
import perennial.agent.tools.CardTools;
import perennial.agent.tools.FileTools;
import perennial.agent.tools.PinPolicyFile;
import perennial.agent.tools.UnlockTools;
import perennial.agent.update.UpdateWatch;
import perennial.card.CardReaders;
import perennial.card.driver.DrivenReaders;
import perennial.card.pkcs11.Pkcs11Module;
import perennial.core.certificate.Certificate;
import perennial.protocol.cmp.CmpClient;
import perennial.protocol.http.HttpExchange;
import perennial.protocol.http.MessageExchange;

/// The component on the holder's computer, running.
public final class Agent implements AutoCloseable {
    /// What the pages are told.
    public static final String VERSION = "0.1.0";

    private static final System.Logger LOG = System.getLogger(Agent.class.getName());
    private static final Duration RA_TIMEOUT = Duration.ofSeconds(30);

    private final CardRenewals renewals;
    private final Optional<LoopbackServer> loopback;
    private final Optional<Listener> dialectAlso;
    private final Optional<UpdateWatch> updates;
    private final List<MessageExchange> exchanges;

    private Agent(
            CardRenewals renewals,
            Optional<LoopbackServer> loopback,
            Optional<Listener> dialectAlso,
            Optional<UpdateWatch> updates,
            List<MessageExchange> exchanges) {
        this.renewals = renewals;
        this.loopback = loopback;
        this.dialectAlso = dialectAlso;
        this.updates = updates;
        this.exchanges = exchanges;
    }

    /// What stands between the agent and its surroundings: how the messages of a renewal travel,
    /// where its facts are kept, what passes the time. For those who measure it or break it on
    /// purpose.
    public record Ways(
            Function<RaTrust, MessageExchange> exchange,
            Function<RenewalJournal, RenewalJournal> journal,
            CardRenewals.Timing timing) {
        static Ways ordinary(Clock clock) {
            return new Ways(
                    trust -> new HttpExchange(trust.cmp(), RA_TIMEOUT),
                    journal -> journal,
                    new CardRenewals.Timing(clock, Thread::sleep));
        }
    }

    /// Opens the loopback port and begins to watch the readers.
    ///
    /// @throws AgentException PORT_TAKEN, or JOURNAL_NOT_WRITABLE when the home folder cannot be
    ///   used
    public static Agent start(
            AgentSettings settings, CardReaders readers, Clock clock, SecureRandom random) {
        return start(settings, readers, Ways.ordinary(clock), random);
    }

    static Agent start(
            AgentSettings settings, CardReaders readers, Ways ways, SecureRandom random) {
        Map<RaTrust, MessageExchange> exchanges = exchanges(settings, ways);
        CardRenewals renewals = renewals(settings, readers, ways, exchanges, random);
        ReaderWatch watch = new ReaderWatch(readers, () -> tellUnfinished(renewals));
        List<URI> origins =
                settings.registrationAuthorities().stream().map(RaTrust::origin).toList();
        Clock clock = ways.timing().clock();
        LoopbackServer.Tools tools = tools(settings, renewals, clock, random);
        UpdateWatch updates = new UpdateWatch(settings.update(), VERSION, clock, Thread::sleep);
        LoopbackServer.Settings pages = pageSettings(settings, updates, clock);
        HipkiService.Engines engines =
                new HipkiService.Engines(
                        renewals, tools.cards(), tools.unlocking(), anchors(settings));
        Function<String, HipkiService> dialect =
                prefix ->
                        new HipkiService(
                                new HipkiService.Settings(prefix),
                                engines,
                                pages.consents(),
                                pages.dialect(),
                                clock,
                                random);
        LoopbackServer loopback =
                LoopbackServer.start(
                        settings.port(),
                        new LoopbackServer.Identity(VERSION, origins),
                        new LoopbackServer.Engines(renewals, tools, pages, watch),
                        List.of(
                                dialect.apply(settings.dialectPrefix()),
                                new SelfTestService(
                                        new Doctor(
                                                surroundings(
                                                        settings, readers, renewals, clock,
                                                        random)),
                                        random)),
                        random);
        watch.start();
        updates.start();
        return new Agent(
                renewals,
                Optional.of(loopback),
                settings.dialectAlso().flatMap(door -> dialectAlso(door, dialect)),
                Optional.of(updates),
                List.copyOf(exchanges.values()));
    }

    /// A second port that another program has is no reason to be at neither.
    private static Optional<Listener> dialectAlso(
            AgentSettings.DialectDoor door, Function<String, HipkiService> dialect) {
        try {
            Listener listener = Listener.open(door.port(), Limits.ORDINARY, Peers.thisUser());
            listener.serve(List.of(dialect.apply(door.prefix())));
            return Optional.of(listener);
        } catch (AgentException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the dialect is not at port %d as well".formatted(door.port()),
                    e);
            return Optional.empty();
        }
    }

    /// What the self-test looks at, from inside the agent.
    private static Surroundings surroundings(
            AgentSettings settings,
            CardReaders readers,
            CardRenewals renewals,
            Clock clock,
            SecureRandom random) {
        List<Pkcs11Module> modules =
                readers instanceof DrivenReaders driven ? driven.modules() : List.of();
        return new Surroundings(
                System.getProperties(),
                new Surroundings.Component(VERSION, settings.port(), true),
                Surroundings.Cards.ofThisComputer(readers, renewals::open, modules),
                Surroundings.Disk.of(settings.home()),
                Surroundings.Network.ofThisComputer(),
                settings.registrationAuthorities(),
                clock,
                random);
    }

    private static LoopbackServer.Tools tools(
            AgentSettings settings, CardRenewals renewals, Clock clock, SecureRandom random) {
        Path home = settings.home();
        List<Certificate> anchors = anchors(settings);
        CardTools cards = new CardTools(renewals::open, PinPolicyFile.read(home), clock);
        return new LoopbackServer.Tools(
                cards,
                new FileTools(cards, clock, random),
                new FileTools.Trust(anchors, List.of()),
                new UnlockTools(cards, home, anchors, clock, random),
                home.resolve("files"),
                clock);
    }

    private static LoopbackServer.Settings pageSettings(
            AgentSettings settings, UpdateWatch updates, Clock clock) {
        return new LoopbackServer.Settings(
                new ConsentFiles(settings.home(), anchors(settings), clock),
                new DialectFile(settings.home()),
                updates,
                settings.home());
    }

    private static List<Certificate> anchors(AgentSettings settings) {
        return settings.registrationAuthorities().stream()
                .flatMap(trust -> trust.trustAnchors().stream())
                .distinct()
                .toList();
    }

    /// The same without port and watching, for a single command; another agent may be running on
    /// the same home folder.
    public static Agent commandsOnly(
            AgentSettings settings, CardReaders readers, Clock clock, SecureRandom random) {
        return commandsOnly(settings, readers, Ways.ordinary(clock), random);
    }

    /// As [#commandsOnly(AgentSettings, CardReaders, Clock, SecureRandom)], in surroundings of the
    /// caller's.
    public static Agent commandsOnly(
            AgentSettings settings, CardReaders readers, Ways ways, SecureRandom random) {
        Map<RaTrust, MessageExchange> exchanges = exchanges(settings, ways);
        return new Agent(
                renewals(settings, readers, ways, exchanges, random),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.copyOf(exchanges.values()));
    }

    public AgentCommands commands() {
        return new Commands(renewals);
    }

    /// The loopback port; empty without one.
    public OptionalInt port() {
        return loopback.map(l -> OptionalInt.of(l.port())).orElse(OptionalInt.empty());
    }

    /// The port where the dialect is as well; empty when there is none to be, or another program
    /// has it.
    public OptionalInt dialectPort() {
        return dialectAlso.map(l -> OptionalInt.of(l.port())).orElse(OptionalInt.empty());
    }

    /// Closes the ports and lets a running renewal come to its next safe point.
    @Override
    public void close() {
        updates.ifPresent(UpdateWatch::close);
        dialectAlso.ifPresent(Listener::close);
        loopback.ifPresent(LoopbackServer::close);
        for (MessageExchange exchange : exchanges) {
            if (exchange instanceof HttpExchange http) {
                http.close();
            }
        }
    }

    private static Map<RaTrust, MessageExchange> exchanges(AgentSettings settings, Ways ways) {
        Map<RaTrust, MessageExchange> exchanges = new LinkedHashMap<>();
        for (RaTrust trust : settings.registrationAuthorities()) {
            exchanges.put(trust, ways.exchange().apply(trust));
        }
        return exchanges;
    }

    private static CardRenewals renewals(
            AgentSettings settings,
            CardReaders readers,
            Ways ways,
            Map<RaTrust, MessageExchange> exchanges,
            SecureRandom random) {
        Map<URI, CmpClient> authorities = new LinkedHashMap<>();
        exchanges.forEach((trust, exchange) ->
                authorities.put(
                        trust.origin(),
                        new CmpClient(
                                exchange, trust.trustAnchors(), ways.timing().clock(), random)));
        return new CardRenewals(
                readers,
                ways.journal().apply(new FileJournal(settings.home())),
                new CardLocks(settings.home()),
                authorities,
                ways.timing(),
                random);
    }

    /// Every message of a renewal is signed by the card, so finishing waits for card and PIN; what
    /// can be done without them is to say so.
    private static void tellUnfinished(CardRenewals renewals) {
        int unfinished;
        try {
            unfinished = renewals.unfinished().size();
        } catch (AgentException e) {
            LOG.log(System.Logger.Level.WARNING, "the journal cannot be read", e);
            return;
        }
        if (unfinished > 0) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "unfinished renewals: {0}; insert the card and enter the PIN once",
                    unfinished);
        }
    }
}
