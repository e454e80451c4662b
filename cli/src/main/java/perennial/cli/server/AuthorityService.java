// SPDX-License-Identifier: Apache-2.0
package perennial.cli.server;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import perennial.ca.AuthorityHome;
import perennial.ca.CaException;
import perennial.ca.CrlHealth;
import perennial.ca.EnrolmentPolicy;
import perennial.ca.LocalCa;
import perennial.ca.Passphrase;
import perennial.ca.RestAccess;
import perennial.ca.Role;
import perennial.ca.ServiceCredential;
import perennial.ca.audit.AuditEvent;
import perennial.ca.audit.AuditKey;
import perennial.ca.audit.AuditLog;
import perennial.ca.audit.AuditSettings;
import perennial.ca.health.HealthCheck;
import perennial.ca.health.HealthFinding.OwnCertificate;
import perennial.ca.health.PublishedCrl;
import perennial.ca.store.AuditHeadStore;
import perennial.ca.store.Database;
import perennial.cli.Console;
import perennial.cli.EmbeddedDatabase;
import perennial.cli.KeyPlaces;
import perennial.cli.Migrations;
import perennial.cli.PemFiles;
import perennial.cli.health.HealthHandler;
import perennial.cli.health.Metrics;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyPlace;
import perennial.protocol.cmp.AuthorityEndpoint;
import perennial.protocol.est.EstEndpoint;
import perennial.protocol.est.EstService;
import perennial.protocol.http.BytesHandler;

/// The authorities of one settings file, running: database, keys, audit, doors, and what has to be
/// done every minute.
public final class AuthorityService implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(AuthorityService.class.getName());
    private static final String OPERATOR = "-operator";
    private static final int OCSP_OCTETS = 4_096;
    private static final int REST_OCTETS = 64 * 1024;

    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final ServeSettings settings;
    private final Console console;
    private final Clock clock;
    private final SecureRandom random;

    private AuthorityService(
            ServeSettings settings, Console console, Clock clock, SecureRandom random) {
        this.settings = settings;
        this.console = console;
        this.clock = clock;
        this.random = random;
    }

    /// What runs, and where it answers.
    public record Running(AuthorityService service, List<URI> addresses) implements AutoCloseable {
        @Override
        public void close() {
            service.close();
        }
    }

    /// Starts all of it and returns when it answers; what had begun is ended when a part fails.
    ///
    /// @param version of the program, for the audit
    public static Running start(
            ServeSettings settings,
            String version,
            Console console,
            Clock clock,
            SecureRandom random) {
        AuthorityService service = new AuthorityService(settings, console, clock, random);
        try {
            return new Running(service, service.start(version));
        } catch (RuntimeException e) {
            service.close();
            throw e;
        }
    }

    /// Opens one authority for an operator's command, beside the service that may run. Its records
    /// are another node's: the service's name with `-operator`.
    public static <T> T ask(
            ServeSettings settings,
            String authority,
            Console console,
            Clock clock,
            SecureRandom random,
            Function<LocalCa, T> question) {
        try (AuthorityService service = new AuthorityService(settings, console, clock, random)) {
            DataSource database = service.database();
            Passphrase passphrase = service.passphrase();
            AuditLog audit = service.audit(OPERATOR, passphrase, database);
            List<LocalCa> opened =
                    service.authorities(
                            passphrase, new LocalCa.Surroundings(database, audit, clock, random));
            for (int i = 0; i < opened.size(); i++) {
                if (settings.authorities().get(i).settings().name().equals(authority)) {
                    return question.apply(opened.get(i));
                }
            }
            throw new CaException(
                    Problem.CONFIGURATION_INVALID, "no authority is named " + authority);
        }
    }

    private List<URI> start(String version) {
        DataSource database = database();
        Passphrase passphrase = passphrase();
        AuditLog audit = audit("", passphrase, database);
        audit.before(new AuditEvent.Started(version, settings.toString(), profiles()));
        List<LocalCa> authorities =
                authorities(passphrase, new LocalCa.Surroundings(database, audit, clock, random));
        everyMinute(authorities);
        return keep(serve(authorities, database, audit)).addresses();
    }

    private Passphrase passphrase() {
        makeFolder(settings.services().folder());
        return keep(KeyPlaces.passphrase(settings.services().passphraseFile(), console));
    }

    private AuditLog audit(String suffix, Passphrase passphrase, DataSource database) {
        String node = settings.audit().node() + suffix;
        return keep(
                AuditLog.open(
                        new AuditSettings(node, settings.audit().folder()),
                        AuditKey.open(
                                settings.services().folder().resolve(node + ".audit"),
                                passphrase,
                                random),
                        new AuditHeadStore(new Database(database)),
                        clock));
    }

    private List<LocalCa> authorities(Passphrase passphrase, LocalCa.Surroundings surroundings) {
        Map<String, KeyPlace> places =
                keep(new KeyPlaces(settings.places(), console, clock, random)).byName();
        List<LocalCa> authorities = new ArrayList<>();
        for (ServeSettings.Authority authority : settings.authorities()) {
            authorities.add(open(authority, places, passphrase, surroundings));
        }
        return authorities;
    }

    private List<String> profiles() {
        return settings.authorities().stream()
                .flatMap(authority -> authority.settings().profiles().stream())
                .map(profile -> "%s %d".formatted(profile.name(), profile.version()))
                .distinct()
                .toList();
    }

    private DataSource database() {
        DataSource source =
                switch (settings.database()) {
                    case ServeSettings.Database.Folder(Path folder) ->
                            keep(EmbeddedDatabase.connectOrStart(folder)).dataSource();
                    case ServeSettings.Database.Server server -> keep(pool(server));
                };
        Migrations.migrate(source, "ca");
        return source;
    }

    private static HikariDataSource pool(ServeSettings.Database.Server server) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(server.url());
        config.setUsername(server.user());
        config.setPassword(text(server.passwordFile()));
        config.setMaximumPoolSize(server.connections());
        config.setConnectionTimeout(TimeUnit.SECONDS.toMillis(10));
        return new HikariDataSource(config);
    }

    private LocalCa open(
            ServeSettings.Authority authority,
            Map<String, KeyPlace> places,
            Passphrase passphrase,
            LocalCa.Surroundings surroundings) {
        String name = authority.settings().name();
        Path folder = settings.services().folder().resolve(name);
        makeFolder(folder);
        Certificate issuing = PemFiles.read(authority.certificate()).getFirst();
        KeyPlace place = Objects.requireNonNull(places.get(authority.place()));
        return keep(
                LocalCa.open(
                        new AuthorityHome(
                                authority.settings(),
                                folder,
                                passphrase,
                                settings.services().kind(),
                                authority.blockedKeys()),
                        PemFiles.read(authority.root()).getFirst(),
                        new ServiceCredential(
                                place.signer(authority.keyName(), issuing.publicKey()), issuing),
                        surroundings));
    }

    /// CRLs are issued before anybody has to wait for them. A failure is told by health as well.
    private void everyMinute(List<LocalCa> authorities) {
        ScheduledExecutorService scheduler =
                keep(
                        Executors.newSingleThreadScheduledExecutor(
                                Thread.ofPlatform().name("every-minute").daemon().factory()));
        var _ =
                scheduler.scheduleWithFixedDelay(
                        () -> authorities.forEach(AuthorityService::publish),
                        0,
                        60,
                        TimeUnit.SECONDS);
    }

    private static void publish(LocalCa authority) {
        try {
            authority.publishCrls();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "CRLs are not published", e);
        }
    }

    private AuthorityServer serve(List<LocalCa> authorities, DataSource database, AuditLog audit) {
        HealthCheck health =
                new HealthCheck(
                        new HealthCheck.Sources(
                                database,
                                () -> Optional.of(audit.state()),
                                () -> crls(authorities),
                                () -> ownCertificates(authorities)),
                        clock);
        Metrics metrics = new Metrics(health::look, clock, System::nanoTime);
        Map<String, Mount> open = new HashMap<>();
        mount(open, metrics, "ocsp", LocalCa.ocspHandler(authorities, clock), OCSP_OCTETS);
        mount(open, metrics, "crl", LocalCa.crlHandler(authorities), 0);
        mount(open, metrics, "certs", LocalCa.certificatesHandler(authorities), 0);
        mount(open, metrics, "renewal-info", LocalCa.renewalInformationHandler(authorities), 0);
        cmp(authorities)
                .forEach((path, handler) ->
                        mount(open, metrics, path, handler, AuthorityEndpoint.MAX_OCTETS));
        open.put("/health", new Mount(new HealthHandler(health::look), 0));
        open.put("/metrics", new Mount(metrics, 0));
        List<ServerListener> listeners = new ArrayList<>();
        listeners.add(
                new ServerListener(
                        settings.http().host(), settings.http().port(), Optional.empty(), open));
        settings.https().map(tls -> https(tls, authorities, metrics)).ifPresent(listeners::add);
        return AuthorityServer.start(listeners, AuthorityServer.Limits.standard());
    }

    private ServerListener https(
            ServeSettings.TlsListen tls, List<LocalCa> authorities, Metrics metrics) {
        Passphrase passphrase = keep(KeyPlaces.passphrase(tls.passphraseFile(), console));
        List<Certificate> trusted =
                authorities.stream().flatMap(one -> one.chain().stream()).distinct().toList();
        Map<String, Mount> mounts = new HashMap<>();
        var labels = new HashMap<String, EstService>();
        for (int i = 0; i < authorities.size(); i++) {
            ServeSettings.Authority authority = settings.authorities().get(i);
            LocalCa ca = authorities.get(i);
            authority
                    .est()
                    .ifPresent(profile -> {
                        labels.putIfAbsent("", ca.est(profile));
                        labels.put(authority.settings().name(), ca.est(profile));
                    });
        }
        if (!labels.isEmpty()) {
            mount(
                    mounts,
                    metrics,
                    ".well-known/est",
                    new EstEndpoint(labels),
                    EstEndpoint.MAX_BODY);
        }
        mount(
                mounts,
                metrics,
                "api",
                LocalCa.restHandler(authorities, access(), clock),
                REST_OCTETS);
        return new ServerListener(
                tls.host(),
                tls.port(),
                Optional.of(
                        new TlsSettings(
                                new Pkcs12Credential(tls.credential(), passphrase, clock),
                                trusted,
                                clock)),
                mounts);
    }

    /// The first authority with CMP at the usual path, each below its name.
    private Map<String, BytesHandler> cmp(List<LocalCa> authorities) {
        Map<String, BytesHandler> endpoints = new HashMap<>();
        for (int i = 0; i < authorities.size(); i++) {
            ServeSettings.Authority authority = settings.authorities().get(i);
            if (authority.cmp().isEmpty()) {
                continue;
            }
            EnrolmentPolicy policy = policy(authority);
            BytesHandler endpoint = authorities.get(i).cmpHandler(policy);
            endpoints.putIfAbsent(".well-known/cmp", endpoint);
            endpoints.put("cmp/" + authority.settings().name(), endpoint);
        }
        return endpoints;
    }

    private EnrolmentPolicy policy(ServeSettings.Authority authority) {
        EnrolmentPolicy standard = EnrolmentPolicy.standard(authority.cmp());
        return new EnrolmentPolicy(
                certificates(settings.roles().registrationAuthorities()),
                standard.profiles(),
                standard.usual(),
                standard.holderProfiles(),
                standard.renewal(),
                standard.holdersRevoke(),
                standard.implicitConfirm(),
                standard.confirmWait(),
                standard.unconfirmed());
    }

    private RestAccess access() {
        Map<String, Set<Role>> roles = new HashMap<>();
        Map.of(
                        Role.REGISTRATION_AUTHORITY, settings.roles().registrationAuthorities(),
                        Role.OPERATOR, settings.roles().operators(),
                        Role.AUDITOR, settings.roles().auditors())
                .forEach((role, files) ->
                        certificates(files)
                                .forEach(one ->
                                        roles.merge(
                                                one.fingerprint(),
                                                Set.of(role),
                                                AuthorityService::both)));
        return new RestAccess(roles);
    }

    private static Set<Role> both(Set<Role> some, Set<Role> others) {
        return Stream.of(some, others).flatMap(Set::stream).collect(Collectors.toUnmodifiableSet());
    }

    private static List<Certificate> certificates(List<Path> files) {
        return files.stream().flatMap(file -> PemFiles.read(file).stream()).toList();
    }

    private static void mount(
            Map<String, Mount> mounts,
            Metrics metrics,
            String path,
            BytesHandler handler,
            int most) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        mounts.put("/" + path, new Mount(metrics.measured(name, handler), most));
    }

    private List<PublishedCrl> crls(List<LocalCa> authorities) {
        List<PublishedCrl> crls = new ArrayList<>();
        for (int i = 0; i < authorities.size(); i++) {
            String name = settings.authorities().get(i).settings().name();
            for (CrlHealth crl : authorities.get(i).crlHealth()) {
                crls.add(
                        new PublishedCrl(
                                name,
                                crl.fileName(),
                                crl.times()
                                        .map(times ->
                                                new PublishedCrl.Times(
                                                        times.thisUpdate(), times.nextUpdate()))));
            }
        }
        return crls;
    }

    private List<OwnCertificate> ownCertificates(List<LocalCa> authorities) {
        List<OwnCertificate> own = new ArrayList<>();
        for (int i = 0; i < authorities.size(); i++) {
            String name = settings.authorities().get(i).settings().name();
            authorities
                    .get(i)
                    .ownCertificates()
                    .forEach((use, certificate) ->
                            own.add(
                                    new OwnCertificate(
                                            name,
                                            use,
                                            certificate.validity().notBefore(),
                                            certificate.validity().notAfter())));
        }
        return own;
    }

    private static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new CaException(Problem.FILE_NOT_USABLE, folder + " cannot be made", e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new CaException(Problem.FILE_NOT_USABLE, file + " cannot be read", e);
        }
    }

    private <T extends AutoCloseable> T keep(T part) {
        running.push(part);
        return part;
    }

    /// Stops what runs, last first.
    @Override
    public void close() {
        while (!running.isEmpty()) {
            AutoCloseable part = running.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.log(System.Logger.Level.WARNING, "does not stop: " + part.getClass(), e);
            }
        }
    }
}
