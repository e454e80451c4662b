// SPDX-License-Identifier: Apache-2.0
package perennial.agent.hipki;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import perennial.agent.consent.Consents;
import perennial.agent.consent.DialectSwitch;
import perennial.agent.consent.Origin;
import perennial.agent.http.Asker;
import perennial.agent.http.Request;
import perennial.agent.http.Response;
import perennial.agent.http.Service;
import perennial.agent.json.Json;
import perennial.agent.renewal.CardRenewals;
import perennial.agent.renewal.CarriedRenewals;
import perennial.agent.tools.CardTools;
import perennial.agent.tools.UnlockTools;
import perennial.core.advice.Language;
import perennial.core.certificate.Certificate;

/// The dialect at the agent's door. Four ways in, each with its own rule:
///
/// * windows, which any site may open: they answer the site that the browser names, after the
///   holder has allowed it;
/// * questions of those windows' own scripts (`/hipki/…`);
/// * calls of a page by fetch: only from a site that was allowed, and with a PIN only from one that
///   may bring it;
/// * the picture, which is all that a foreign site gets to see before it was allowed: that it is
///   not.
public final class HipkiService implements Service {
    private static final String OWN = "/hipki/";
    private static final String INFO = "/pkcs11info";
    private static final String IMAGE = "/p11Image.bmp";

    private final Settings settings;
    private final Consents consents;
    private final DialectSwitch dialect;
    private final Operations operations;
    private final Popup popup;
    private final Calls calls = new Calls();
    private final HipkiPages pages = new HipkiPages();

    /// @param prefix what stands before the calls' paths, such as `/cht_api`; empty or from a slash
    ///   without one at its end. Windows and the picture have none
    public record Settings(String prefix) {
        /// Those of the port that pages expect.
        public static final Settings ORDINARY = new Settings("");

        public Settings {
            if (!prefix.matches("(/[A-Za-z0-9_-]+)*")) {
                throw new IllegalArgumentException("no prefix of a path: " + prefix);
            }
        }
    }

    /// What does the work.
    ///
    /// @param authorities whose certificates are told along with those that they issued
    public record Engines(
            CardRenewals renewals,
            CardTools tools,
            UnlockTools unlocking,
            List<Certificate> authorities) {
        public Engines {
            authorities = List.copyOf(authorities);
        }
    }

    public HipkiService(
            Settings settings,
            Engines engines,
            Consents consents,
            DialectSwitch dialect,
            Clock clock,
            SecureRandom random) {
        this.settings = settings;
        this.consents = consents;
        this.dialect = dialect;
        this.operations =
                new Operations(
                        new Tokens(engines.renewals(), engines.tools(), engines.authorities()),
                        engines.tools(),
                        engines.unlocking(),
                        new CarriedRenewals(engines.renewals()),
                        clock,
                        random);
        this.popup = new Popup(operations, engines.tools(), consents, calls, random);
    }

    @Override
    public int longestBody(Request head) {
        if (!head.method().equals("POST") || !dialect.on()) {
            return 0;
        }
        boolean ours =
                head.path().startsWith(OWN)
                        ? Asker.isOwnPage(head)
                        : isCall(call(head.path())) && allowedOrigin(head).isPresent();
        return ours ? TbsBody.MAX : 0;
    }

    @Override
    public Optional<Response> answer(Request request) {
        if (!dialect.on()) {
            return Optional.empty();
        }
        if (request.path().startsWith(OWN) && request.method().equals("POST")) {
            return Asker.isOwnPage(request) ? own(request) : Optional.empty();
        }
        if (request.path().equals(IMAGE)) {
            return image(request);
        }
        String call = call(request.path());
        if (isCall(call) && pages.page(request.path()).isEmpty()) {
            return direct(request, call);
        }
        return Asker.mayHavePage(request) ? pages.page(request.path()) : Optional.empty();
    }

    private boolean isCall(String path) {
        return path.equals(INFO) || operations.isPath(path);
    }

    /// The path without the prefix; empty when it has another one.
    private String call(String path) {
        return path.startsWith(settings.prefix() + "/")
                ? path.substring(settings.prefix().length())
                : "";
    }

    // --- our own windows

    private Optional<Response> own(Request request) {
        Language language = language(request);
        String visit = request.fields().only("X-Perennial-Visit");
        return switch (request.path().substring(OWN.length())) {
            case "begin" ->
                    opener(request)
                            .map(origin -> json(popup.begin(origin, request.body(), language)));
            case "allow" -> Optional.of(json(popup.allow(visit, language)));
            case "secret" -> {
                boolean consent = request.fields().only("X-Perennial-Last-Try").equals("yes");
                yield Optional.of(json(popup.secret(visit, request.body(), consent, language)));
            }
            case "cancel" -> Optional.of(json(popup.cancel(visit, language)));
            case "add-domain" -> opener(request).map(this::addDomain);
            default -> Optional.empty();
        };
    }

    /// As the browser told it to the script of our own window.
    private static Optional<Origin> opener(Request request) {
        return Origin.parse(request.fields().only("X-Perennial-Opener"));
    }

    private Response addDomain(Origin origin) {
        consents.allow(origin);
        return json(new Json.Members().with("ret_code", 0));
    }

    // --- calls by fetch

    private Optional<Response> direct(Request request, String call) {
        Optional<Origin> origin = allowedOrigin(request);
        if (call.equals(INFO) && (origin.isPresent() || isOfTheUser(request))) {
            Response info = json(info(request));
            return Optional.of(origin.map(o -> shared(info, o)).orElse(info));
        }
        if (!request.method().equals("POST") || origin.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(shared(json(posted(request, call, origin.get())), origin.get()));
    }

    private Json.Members info(Request request) {
        Operation listing = operations.listing(request.query().contains("withcert=true"));
        return calls.answer(listing.func(), language(request), () -> listed(listing));
    }

    private static Json.Members listed(Operation listing) {
        Result result =
                listing.preparing()
                        .prepare(new TbsPackage(Map.of()), NOBODY)
                        .work()
                        .apply(Held.NOTHING);
        return result instanceof Result.Done(Json.Members reply) ? reply : new Json.Members();
    }

    /// For what does not depend on who asks.
    private static final Origin NOBODY = new Origin("http://localhost");

    private Json.Members posted(Request request, String call, Origin origin) {
        Language language = language(request);
        String name = call.substring(call.lastIndexOf('/') + 1);
        return calls.answer(
                name,
                language,
                () -> {
                    try (TbsPackage asked = TbsBody.read(request.body())) {
                        Operation operation = operations.ofPath(call, asked);
                        return calls.answer(
                                operation.func(),
                                language,
                                () -> done(operation, asked, origin, language));
                    }
                });
    }

    private Json.Members done(
            Operation operation, TbsPackage asked, Origin origin, Language language) {
        boolean needsPin = operation.secrets() != Secrets.NONE;
        if (needsPin && !consents.mayBringPin(origin)) {
            throw new RefusedException(RetCode.PIN_MISSING, "the PIN is typed in our own window");
        }
        Prepared prepared = operation.preparing().prepare(asked, origin);
        Held brought =
                Calls.brought(asked, operation.secrets())
                        .orElseThrow(() -> new RefusedException(RetCode.PIN_MISSING, "no PIN"));
        try (brought) {
            return switch (prepared.work().apply(brought)) {
                case Result.Done(Json.Members reply) -> reply;
                case Result.PinRefused(int left) ->
                        calls.refused(operation.func(), Verdict.wrongPin(left), language);
            };
        }
    }

    // --- the picture

    private Optional<Response> image(Request request) {
        if (!request.method().equals("GET")) {
            return Optional.empty();
        }
        Optional<Origin> asking = Origin.parse(request.fields().only("Origin"));
        boolean trusted = asking.isPresent() ? consents.allows(asking.get()) : isOfTheUser(request);
        Json.Members told =
                trusted
                        ? info(request)
                        : calls.refused(
                                "pkcs11info",
                                Verdict.of(RetCode.SITE_NOT_TRUSTED),
                                language(request));
        Response picture = Response.of("image/bmp", P11Image.of(told));
        return Optional.of(asking.map(o -> shared(picture, o)).orElse(picture));
    }

    // --- who asks

    private Optional<Origin> allowedOrigin(Request request) {
        return Origin.parse(request.fields().only("Origin")).filter(consents::allows);
    }

    /// A program of the user's, or what the user typed into the address line: no page at all.
    private static boolean isOfTheUser(Request request) {
        List<String> site = request.fields().values("Sec-Fetch-Site");
        return request.fields().values("Origin").isEmpty()
                && (site.isEmpty() || site.equals(List.of("none")));
    }

    /// The language of the person, by the browser's word; pages of the field are in Chinese.
    private static Language language(Request request) {
        String chosen = request.fields().only("X-Perennial-Language");
        String wanted = chosen.isEmpty() ? request.fields().only("Accept-Language") : chosen;
        return wanted.startsWith("en") ? Language.EN : Language.ZH_TW;
    }

    private static Response shared(Response response, Origin origin) {
        return response.with("Access-Control-Allow-Origin", origin.text())
                .with("Vary", "Origin")
                .with("Cross-Origin-Resource-Policy", "cross-origin");
    }

    private static Response json(Json reply) {
        return Response.of("application/json", Replies.octets(reply));
    }
}
