// SPDX-License-Identifier: Apache-2.0
package perennial.agent.loopback;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import perennial.agent.consent.Consents;
import perennial.agent.consent.Origin;
import perennial.agent.http.Asker;
import perennial.agent.http.Request;
import perennial.agent.http.Response;
import perennial.agent.http.Service;
import perennial.agent.json.Json;
import perennial.agent.sealing.OneTimeKeys;
import perennial.core.advice.Explained;
import perennial.core.advice.Problem;

/// The agent's own window: pages by GET, questions of these pages by POST, and nothing else.
final class WindowService implements Service, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(WindowService.class.getName());
    private static final String API = "/window/api/";
    private static final String OPEN = "open";
    private static final int MAX_BODY = 64 * 1024;

    /// The one question whose body is larger: a part of a file.
    private static final String FILE_PART = "file-append";

    private final LoopbackServer.Identity identity;
    private final PageTable pages;
    private final Windows windows;
    private final WindowFiles files;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final Answers answers = new Answers();
    private final Map<String, Route> routes;

    WindowService(
            LoopbackServer.Identity identity, LoopbackServer.Engines engines, SecureRandom random) {
        this.identity = identity;
        this.pages = new PageTable(identity.version());
        this.windows = new Windows(random);
        this.files = new WindowFiles(engines.tools().folder());
        this.routes = routes(engines, new OneTimeKeys(random), random);
    }

    private Map<String, Route> routes(
            LoopbackServer.Engines engines, OneTimeKeys keys, SecureRandom random) {
        ReaderRoutes cards = new ReaderRoutes(engines.renewals(), engines.watch(), answers);
        RenewalRoutes runs = new RenewalRoutes(engines.renewals(), workers, random, keys, answers);
        Map<String, Route> all = new HashMap<>();
        all.put(OPEN, call -> opened());
        all.put("key", call -> new Json.Members().with("key", keys.fresh(call.window())));
        all.put("readers", cards::readers);
        all.put("wait", cards::await);
        all.put("card", cards::card);
        all.put("unfinished", call -> cards.unfinished());
        all.put("renewal", runs::plan);
        all.put("pin", runs::pin);
        all.put("progress", runs::progress);
        all.putAll(tools(engines, keys, random));
        all.putAll(settings(engines.settings()));
        return Map.copyOf(all);
    }

    private Map<String, Route> tools(
            LoopbackServer.Engines engines, OneTimeKeys keys, SecureRandom random) {
        LoopbackServer.Tools tools = engines.tools();
        ToolRoutes tooling =
                new ToolRoutes(
                        tools.cards(), tools.unlocking(), identity.origins(), files, keys, answers);
        FileRoutes filing = new FileRoutes(tools.files(), tools.trust(), files, tooling);
        SiteRoutes sites =
                new SiteRoutes(
                        site -> mayAsk(site, engines.settings().consents()),
                        tools.cards(),
                        files,
                        tooling,
                        tools.clock(),
                        random);
        return Map.ofEntries(
                Map.entry("site", sites::site),
                Map.entry("advice", this::advice),
                Map.entry("site-sign", sites::sign),
                Map.entry("site-decipher", sites::decipher),
                Map.entry("tool-card", tooling::card),
                Map.entry("tool-change-pin", tooling::changePin),
                Map.entry("tool-unlock", tooling::unlock),
                Map.entry("tool-unlock-online", tooling::unlockOnline),
                Map.entry("tool-unlock-request", tooling::unlockRequest),
                Map.entry("tool-unlock-finish", tooling::unlockFinish),
                Map.entry("file-begin", filing::begin),
                Map.entry(FILE_PART, filing::append),
                Map.entry("file-sign", filing::sign),
                Map.entry("file-verify", filing::verify),
                Map.entry("file-decipher", filing::decipher),
                Map.entry("file-part", filing::part),
                Map.entry("file-forget", filing::forget));
    }

    /// The registration authorities, and what the holder or the operator allowed.
    private boolean mayAsk(Origin site, Consents consents) {
        return identity.origins().stream().anyMatch(o -> o.toString().equals(site.text()))
                || consents.allows(site);
    }

    private Map<String, Route> settings(LoopbackServer.Settings settings) {
        SettingRoutes setting = new SettingRoutes(identity, settings);
        return Map.of(
                "settings", call -> setting.all(),
                "settings-allow", setting::allow,
                "settings-revoke", setting::revoke,
                "settings-dialect", setting::dialect);
    }

    private Json.Members opened() {
        List<URI> origins = identity.origins();
        return new Json.Members()
                .with("window", windows.open())
                .with("version", identity.version())
                .with("raOrigins", Answers.list(origins, o -> new Json.Text(o.toString())));
    }

    /// What a code means, in all languages, for a site that speaks one of its own.
    private Json.Members advice(Call call) throws Json.MalformedException {
        return answers.inAllLanguages(call.json().text("code").orElse(""));
    }

    @Override
    public int longestBody(Request head) {
        Optional<String> name = admitted(head);
        return name.isEmpty() ? 0 : name.get().equals(FILE_PART) ? WindowFiles.PART : MAX_BODY;
    }

    @Override
    public Optional<Response> answer(Request request) {
        if (!request.path().startsWith(API)) {
            return page(request).map(page -> Response.of(page.type(), page.content()));
        }
        return admitted(request).map(name -> answer(name, request));
    }

    private Optional<PageTable.Page> page(Request request) {
        if (!Asker.mayHavePage(request)) {
            return Optional.empty();
        }
        return Asker.isForeign(request)
                ? pages.foreignPage(request.path())
                : pages.page(request.path());
    }

    /// The name of a question of our own page, from a window that was opened.
    private Optional<String> admitted(Request request) {
        if (!request.path().startsWith(API) || !Asker.isOwnPage(request)) {
            return Optional.empty();
        }
        String name = request.path().substring(API.length());
        boolean known =
                name.equals(OPEN) || windows.isOpen(request.fields().only("X-Perennial-Window"));
        return known && routes.containsKey(name) ? Optional.of(name) : Optional.empty();
    }

    private Response answer(String name, Request request) {
        LOG.log(System.Logger.Level.DEBUG, "question: {0}", name);
        Call call =
                new Call(
                        request.fields().only("X-Perennial-Window"),
                        request.fields(),
                        Call.language(request.fields()),
                        request.body());
        String answer =
                answer(Optional.ofNullable(routes.get(name)).orElseThrow(), call).toString();
        return Response.of("application/json", answer.getBytes(StandardCharsets.UTF_8));
    }

    private Json.Members answer(Route route, Call call) {
        try {
            return route.answer(call);
        } catch (Json.MalformedException e) {
            return answers.problem(Problem.REQUEST_INVALID, call.language());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return answers.problem(Problem.AGENT_LOST, call.language());
        } catch (RuntimeException e) {
            // The thread's edge: what nobody explains is ours.
            Problem problem = e instanceof Explained told ? told.problem() : Problem.INTERNAL;
            return answers.problem(logged(problem, e), call.language());
        }
    }

    private static Problem logged(Problem problem, RuntimeException cause) {
        boolean ours = problem == Problem.INTERNAL;
        LOG.log(
                ours ? System.Logger.Level.ERROR : System.Logger.Level.DEBUG,
                "answered with " + problem,
                cause);
        return problem;
    }

    /// A running renewal gets ten seconds to come to its end; what it has not done by then the next
    /// start finishes.
    @Override
    public void close() {
        workers.shutdown();
        try {
            if (!workers.awaitTermination(10, TimeUnit.SECONDS)) {
                workers.shutdownNow();
            }
        } catch (InterruptedException e) {
            workers.shutdownNow();
            Thread.currentThread().interrupt();
        }
        files.close();
    }
}
