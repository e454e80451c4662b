// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import perennial.agent.AgentException;
import perennial.agent.PinEntry;
import perennial.agent.http.Asker;
import perennial.agent.http.Fields;
import perennial.agent.http.Request;
import perennial.agent.http.Response;
import perennial.agent.http.Service;
import perennial.agent.json.Json;
import perennial.agent.json.JsonReader;
import perennial.agent.sealing.OneTimeKeys;
import perennial.agent.sealing.SealedSecret;
import perennial.agent.selftest.Asked;
import perennial.agent.selftest.BrowserFacts;
import perennial.agent.selftest.BrowserFacts.Loopback;
import perennial.agent.selftest.DesktopItem;
import perennial.agent.selftest.Doctor;
import perennial.agent.selftest.Report;
import perennial.agent.selftest.SelfTestRow;
import perennial.agent.selftest.SupportBundle;
import perennial.core.advice.Explained;
import perennial.core.advice.Language;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;

/// The pages `/selfTest.htm` and `/check`, and what they ask. The PIN arrives sealed, as from every
/// page of the agent's (decision 16); nothing else is asked that costs anything.
public final class SelfTestService implements Service {
    private static final System.Logger LOG = System.getLogger(SelfTestService.class.getName());
    private static final String API = "/selfTest/api/";
    private static final int MAX_BODY = 4 * 1024;
    private static final int MAX_VISITS = 32;
    private static final int TOKEN_OCTETS = 24;
    private static final Map<String, String> FILES =
            Map.of(
                    "/selfTest.htm", "selftest.html",
                    "/check", "check.html",
                    "/selfTest/selftest.js", "selftest.js",
                    "/selfTest/selftest-view.js", "selftest-view.js",
                    "/selfTest/selftest-texts.js", "selftest-texts.js");

    private final Doctor doctor;
    private final SecureRandom random;
    private final OneTimeKeys keys;
    private final ReportJson json = new ReportJson();
    private final Map<String, Response> pages = new HashMap<>();

    /// The pages that are open, by their tokens; the oldest are forgotten.
    private final Map<String, Visit> visits = new LinkedHashMap<>();

    /// One page that is open. Guarded by itself.
    private static final class Visit {
        Asked browser = Asked.nothing();
        @Nullable Report last;
    }

    public SelfTestService(Doctor doctor, SecureRandom random) {
        this.doctor = doctor;
        this.random = random;
        this.keys = new OneTimeKeys(random);
        FILES.forEach((path, file) -> pages.put(path, page(file)));
    }

    @Override
    public int longestBody(Request head) {
        return head.path().startsWith(API) && Asker.isOwnPage(head) ? MAX_BODY : 0;
    }

    @Override
    public Optional<Response> answer(Request request) {
        if (!request.path().startsWith(API)) {
            return Asker.mayHavePage(request) ? page(request) : Optional.empty();
        }
        if (!Asker.isOwnPage(request)) {
            return Optional.empty();
        }
        String question = request.path().substring(API.length());
        Language language =
                Language.of(Locale.forLanguageTag(request.fields().only("X-Perennial-Language")));
        if (question.equals("open")) {
            return Optional.of(json(opened()));
        }
        String token = request.fields().only("X-Perennial-Window");
        return visit(token).flatMap(visit -> answer(question, token, visit, request, language));
    }

    private Optional<Response> page(Request request) {
        Optional<Response> page = Optional.ofNullable(pages.get(request.path()));
        return Asker.isForeign(request) ? page.map(SelfTestService::marked) : page;
    }

    private static Response marked(Response page) {
        return Response.of(page.fields().only("Content-Type"), Asker.markedForeign(page.body()));
    }

    private Optional<Response> answer(
            String question, String token, Visit visit, Request request, Language language) {
        try {
            return switch (question) {
                case "key" -> Optional.of(json(new Json.Members().with("key", keys.fresh(token))));
                case "look" -> Optional.of(json(look(visit, request, language)));
                case "run" -> Optional.of(json(run(visit, token, request, language)));
                case "bundle" -> Optional.of(bundle(visit));
                default -> Optional.empty();
            };
        } catch (Json.MalformedException e) {
            return Optional.of(json(json.problem(Problem.REQUEST_INVALID, language)));
        } catch (RuntimeException e) {
            // The thread's edge: what nobody explains is ours.
            Problem problem = e instanceof Explained told ? told.problem() : Problem.INTERNAL;
            if (problem == Problem.INTERNAL) {
                LOG.log(System.Logger.Level.ERROR, "the self-test broke", e);
            }
            return Optional.of(json(json.problem(problem, language)));
        }
    }

    private Json.Members opened() {
        byte[] octets = new byte[TOKEN_OCTETS];
        random.nextBytes(octets);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
        synchronized (visits) {
            visits.put(token, new Visit());
            if (visits.size() > MAX_VISITS) {
                visits.remove(visits.keySet().iterator().next());
            }
        }
        List<Json> origins =
                doctor.surroundings().authorities().stream()
                        .<Json>map(authority -> new Json.Text(authority.origin().toString()))
                        .toList();
        return new Json.Members()
                .with("window", token)
                .with("version", doctor.surroundings().component().version())
                .with("raOrigins", new Json.Array(origins));
    }

    /// Everything that takes no PIN.
    private Json.Members look(Visit visit, Request request, Language language)
            throws Json.MalformedException {
        Json.Members body = JsonReader.object(request.body());
        Asked asked = Asked.nothing().by(browser(body));
        Optional<String> needed =
                body.text("needs").filter(version -> version.matches("[\\d.]{1,32}"));
        if (needed.isPresent()) {
            asked = asked.needing(needed.get());
        }
        Optional<String> reader = body.text("reader");
        synchronized (visit) {
            visit.browser = asked;
        }
        return examined(visit, reader.map(asked::in).orElse(asked), request, language)
                .with("places", json.places(doctor.places(), language));
    }

    /// Everything; the card is the one that the person saw.
    private Json.Members run(Visit visit, String token, Request request, Language language) {
        Asked asked;
        synchronized (visit) {
            asked = visit.browser;
        }
        boolean consent = request.fields().only("X-Perennial-Last-Try").equals("yes");
        try (SealedSecret sealed = keys.open(token, request.body());
                PinEntry pin = PinEntry.of(sealed.pins(1).getFirst(), consent)) {
            return examined(visit, shown(asked, request.fields()).with(pin), request, language);
        }
    }

    private Json.Members examined(Visit visit, Asked asked, Request request, Language language) {
        Report report = doctor.examine(asked);
        synchronized (visit) {
            visit.last = report;
        }
        boolean desktop = request.fields().only("X-Perennial-List").equals("check");
        return json.report(
                report,
                desktop ? List.of(DesktopItem.values()) : List.of(SelfTestRow.values()),
                language);
    }

    private Response bundle(Visit visit) {
        Report report;
        synchronized (visit) {
            report =
                    Optional.ofNullable(visit.last)
                            .orElseThrow(() ->
                                    new AgentException(
                                            Problem.REQUEST_INVALID, "nothing was examined"));
        }
        return Response.of(
                "application/zip", SupportBundle.of(report, doctor.surroundings().properties()));
    }

    private static BrowserFacts browser(Json.Members body) throws Json.MalformedException {
        Optional<String> windows = body.text("windows");
        Loopback loopback =
                switch (body.text("loopback").orElse("")) {
                    case "granted" -> Loopback.GRANTED;
                    case "prompt" -> Loopback.PROMPT;
                    case "denied" -> Loopback.DENIED;
                    default -> Loopback.UNKNOWN;
                };
        return new BrowserFacts(
                body.text("browser").orElse(""),
                body.text("capable").orElse("").equals("yes"),
                windows.map(opened -> opened.equals("yes")),
                loopback);
    }

    /// The reader's name is percent-encoded: header fields carry no other script.
    private static Asked shown(Asked asked, Fields fields) {
        try {
            return asked.in(
                            URLDecoder.decode(
                                    fields.only("X-Perennial-Reader"), StandardCharsets.UTF_8))
                    .of(new CardNumber(fields.only("X-Perennial-Card")));
        } catch (IllegalArgumentException e) {
            throw new AgentException(Problem.REQUEST_INVALID, "no card named", e);
        }
    }

    private Optional<Visit> visit(String token) {
        synchronized (visits) {
            return Optional.ofNullable(visits.get(token));
        }
    }

    private static Response json(Json.Members answer) {
        return Response.of("application/json", answer.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static Response page(String file) {
        String type = file.endsWith(".js") ? "text/javascript" : "text/html";
        try (InputStream in =
                SelfTestService.class.getResourceAsStream("/perennial/agent/selftest/" + file)) {
            if (in == null) {
                throw new IllegalStateException("page missing from the build: " + file);
            }
            return Response.of(type + "; charset=utf-8", in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
