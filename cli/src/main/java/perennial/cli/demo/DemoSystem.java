// SPDX-License-Identifier: Apache-2.0
package perennial.cli.demo;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.security.auth.x500.X500Principal;
import perennial.agent.Agent;
import perennial.agent.AgentSettings;
import perennial.agent.RaTrust;
import perennial.ca.LocalCa;
import perennial.ca.Passphrase;
import perennial.ca.ServiceCredential;
import perennial.ca.StandardProfiles;
import perennial.card.piv.PivReaders;
import perennial.cli.EmbeddedDatabase;
import perennial.cli.PemFiles;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.renewal.RenewalKind;
import perennial.core.renewal.RenewalPolicy;
import perennial.protocol.cmp.CmpEndpoint;
import perennial.protocol.cmp.Credential;
import perennial.ra.RaPortal;
import perennial.ra.RaServices;
import perennial.ra.RaSettings;
import perennial.ra.renewal.IssuerSettings;
import perennial.ra.renewal.RenewalDesk;
import perennial.ra.renewal.RenewalRegister;

/// All the rooms, wired: database, authority, portal, virtual reader with its card, agent.
final class DemoSystem implements AutoCloseable {
    private static final String RA_NAME = "CN=Perennial Demo RA,O=Perennial Demo,C=TW";

    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final DemoHome home;
    private final DemoSettings settings;
    private final Clock clock;
    private final SecureRandom random;

    private DemoSystem(DemoHome home, DemoSettings settings, Clock clock, SecureRandom random) {
        this.home = home;
        this.settings = settings;
        this.clock = clock;
        this.random = random;
    }

    /// What runs, for those who use it.
    ///
    /// @param portal origin of the portal's pages
    /// @param services origin of every service beside it
    /// @param reader name of the reader that the card is in
    /// @param agent empty where another one is to be used
    /// @param card the card in it
    /// @param userCode with which the card's holder has it unlocked
    record Running(
            URI portal,
            URI services,
            Optional<Agent> agent,
            RenewalDesk desk,
            CardNumber cardNumber,
            String reader,
            DemoCard card,
            String userCode) {}

    /// Starts all of it; when a part fails, close what has begun.
    static DemoSystem of(DemoHome home, DemoSettings settings, Clock clock, SecureRandom random) {
        return new DemoSystem(home, settings, clock, random);
    }

    /// @param cardDelay how long each command to the card takes
    /// @param ownAgent otherwise the card is left to the agent that has that port already
    Running start(int agentPort, Duration cardDelay, boolean ownAgent) {
        var database = CompletableFuture.supplyAsync(() -> EmbeddedDatabase.start(home.database()));
        var carding = CompletableFuture.supplyAsync(() -> DemoCard.insert(home, random));
        // Whichever fails, the other one is kept first, so that close() finds it.
        keepWhatBegan(database);
        keepWhatBegan(carding);
        return start(agentPort, cardDelay, ownAgent, joined(database), joined(carding));
    }

    private <T extends AutoCloseable> void keepWhatBegan(CompletableFuture<T> part) {
        part.thenAccept(this::keep).exceptionally(_ -> null).join();
    }

    private Running start(
            int agentPort,
            Duration cardDelay,
            boolean ownAgent,
            EmbeddedDatabase database,
            DemoCard card) {
        Passphrase passphrase = keep(home.passphrase(random));
        if (!card.personalised()) {
            Clock then = DemoAuthority.whenTheCardWasMade(clock);
            try (LocalCa past = authority(passphrase, database, then)) {
                card.personalise(past);
            }
        }
        LocalCa ca = keep(authority(passphrase, database, clock));
        PemFiles.write(home.issuingCertificate(), List.of(ca.chain().getFirst()));
        PemFiles.write(home.rootCertificate(), List.of(ca.chain().getLast()));

        RenewalDesk desk =
                new RenewalDesk(
                        new RenewalRegister(database.dataSource()),
                        ca,
                        List.of(issuer(ca.chain().getFirst(), settings.policy())),
                        clock,
                        random);
        desk.registerCard(card.number(), card.certificates());

        URI agentOrigin = URI.create("http://localhost:" + agentPort);
        Credential own = registrationAuthority(ca);
        DemoUnlock unlock =
                DemoUnlock.open(home, database.dataSource(), own, card.number(), clock, random);
        RaPortal portal = keep(portal(ca, desk, own, unlock, agentOrigin));
        RaTrust trust =
                new RaTrust(
                        portal.address(),
                        settings.publicBase().resolve("/.well-known/cmp"),
                        List.of(ca.chain().getLast()));
        Running running =
                new Running(
                        portal.address(),
                        settings.publicBase(),
                        ownAgent
                                ? Optional.of(agent(agentPort, trust, card, cardDelay))
                                : Optional.empty(),
                        desk,
                        card.number(),
                        card.reader(),
                        card,
                        unlock.userCode());
        if (!ownAgent) {
            card.close();
        }
        return running;
    }

    private Agent agent(int port, RaTrust trust, DemoCard card, Duration cardDelay) {
        return keep(
                Agent.start(
                        new AgentSettings(port, home.agent(), List.of(trust)),
                        new PivReaders(new SlowReaders(card.readers(), cardDelay), random),
                        clock,
                        random));
    }

    private LocalCa authority(Passphrase passphrase, EmbeddedDatabase database, Clock at) {
        return DemoAuthority.open(
                home, passphrase, settings.publicBase(), database.dataSource(), at, random);
    }

    /// By the standard policy but for the kind; a new key is of the old one's kind.
    private static IssuerSettings issuer(Certificate issuing, RenewalKind kind) {
        RenewalPolicy standard = RenewalPolicy.standard();
        return new IssuerSettings(
                issuing,
                "常青示範憑證管理中心",
                "Perennial Demo Certification Authority",
                new RenewalPolicy(
                        kind,
                        standard.opens(),
                        standard.closes(),
                        standard.maxTimes(),
                        standard.keyLife()),
                Optional.empty(),
                StandardProfiles.HOLDER_SIGNATURE,
                StandardProfiles.HOLDER_ENCRYPTION);
    }

    private static Credential registrationAuthority(LocalCa ca) {
        ServiceCredential own =
                ca.serviceCredential(
                        StandardProfiles.REGISTRATION_AUTHORITY, new X500Principal(RA_NAME));
        return new Credential(own.signer(), own.certificate(), ca.chain());
    }

    private RaPortal portal(
            LocalCa ca, RenewalDesk desk, Credential own, DemoUnlock unlock, URI agentOrigin) {
        CmpEndpoint cmp = new CmpEndpoint(desk, own, List.of(ca.chain().getFirst()), clock, random);
        return RaPortal.start(
                new RaSettings(
                        "localhost",
                        settings.portalPort(),
                        agentOrigin,
                        Optional.of(settings.portal())),
                new RaServices(
                        desk,
                        cmp,
                        Map.of(
                                "/ocsp", ca.ocspHandler(),
                                "/crl", ca.crlHandler(),
                                "/certs", ca.certificatesHandler(),
                                "/unlock", unlock.desk())));
    }

    private <T extends AutoCloseable> T keep(T part) {
        synchronized (running) {
            running.push(part);
        }
        return part;
    }

    private static <T> T joined(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /// Stops what runs, last first.
    @Override
    public void close() {
        synchronized (running) {
            while (!running.isEmpty()) {
                AutoCloseable part = running.pop();
                try {
                    part.close();
                } catch (Exception e) {
                    System.getLogger(DemoSystem.class.getName())
                            .log(
                                    System.Logger.Level.WARNING,
                                    "does not stop: " + part.getClass(),
                                    e);
                }
            }
        }
    }
}
