// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import perennial.agent.consent.Consented;
import perennial.agent.consent.Consents;
import perennial.agent.consent.DialectSwitch;
import perennial.agent.consent.Origin;
import perennial.agent.hipki.HipkiService;
import perennial.agent.http.Fields;
import perennial.agent.http.Request;
import perennial.agent.http.Response;
import perennial.agent.renewal.CardLocks;
import perennial.agent.renewal.CardRenewals;
import perennial.agent.renewal.FileJournal;
import perennial.agent.renewal.RenewalJournal;
import perennial.agent.tools.CardTools;
import perennial.agent.tools.PinPolicy;
import perennial.agent.tools.UnlockTools;
import perennial.card.CardReaders;

/// A holder's desk with the dialect at its door, and old pages before it.
final class HipkiDesk {
    static final String SITE = "https://old.example.test";
    static final String LEGACY = "https://legacy.example.test";
    static final String STRANGER = "https://stranger.example.test";

    private static final String HOST = "localhost:61161";
    private static final ObjectMapper JSON = new ObjectMapper();

    final Allowed consents = new Allowed();
    final HipkiService service;

    boolean on = true;

    /// Kept in memory; the rules are those of the interface.
    static final class Allowed implements Consents {
        private final Set<Origin> allowed = new HashSet<>();
        private final Set<Origin> bringing = new HashSet<>();

        Allowed() {
            allow(new Origin(SITE));
            allow(new Origin(LEGACY));
            bringing.add(new Origin(LEGACY));
        }

        @Override
        public boolean allows(Origin origin) {
            return allowed.contains(origin);
        }

        @Override
        public boolean mayBringPin(Origin origin) {
            return allows(origin) && bringing.contains(origin);
        }

        @Override
        public List<Consented> all() {
            return List.of();
        }

        @Override
        public void allow(Origin origin) {
            allowed.add(origin);
        }

        @Override
        public void revoke(Origin origin) {
            allowed.remove(origin);
        }
    }

    HipkiDesk(Desk desk) {
        this(
                desk.home,
                desk.journal.apply(new FileJournal(desk.home)),
                desk.cards(),
                HipkiService.Settings.ORDINARY);
    }

    HipkiDesk(Path home, CardReaders readers, HipkiService.Settings settings) {
        this(home, new FileJournal(home), readers, settings);
    }

    private HipkiDesk(
            Path home,
            RenewalJournal journal,
            CardReaders readers,
            HipkiService.Settings settings) {
        CardRenewals renewals =
                new CardRenewals(
                        readers,
                        journal,
                        new CardLocks(home),
                        Map.of(),
                        new CardRenewals.Timing(Desk.CLOCK, _ -> {}),
                        Desk.RANDOM);
        CardTools tools = new CardTools(renewals::open, PinPolicy.STANDARD, Desk.CLOCK);
        service =
                new HipkiService(
                        settings,
                        new HipkiService.Engines(
                                renewals,
                                tools,
                                new UnlockTools(
                                        tools,
                                        home,
                                        List.of(Desk.authority().certificate),
                                        Desk.CLOCK,
                                        Desk.RANDOM),
                                List.of(Desk.authority().certificate)),
                        consents,
                        new DialectSwitch() {
                            @Override
                            public boolean on() {
                                return on;
                            }

                            @Override
                            public void turn(boolean wanted) {
                                on = wanted;
                            }
                        },
                        Desk.CLOCK,
                        Desk.RANDOM);
    }

    Optional<Response> get(String target, String... fields) {
        return ask("GET", target, new byte[0], fields);
    }

    /// A page's fetch, with the fields that a browser sets.
    Optional<Response> fetch(String method, String target, String origin, String body) {
        return ask(
                method,
                target,
                body.getBytes(StandardCharsets.UTF_8),
                "Origin",
                origin,
                "Sec-Fetch-Site",
                "cross-site",
                "Content-Type",
                "text/plain;charset=UTF-8");
    }

    /// A question of our own popup.
    Optional<Response> own(String target, byte[] body, String... fields) {
        List<String> all =
                new ArrayList<>(
                        List.of("Origin", "http://" + HOST, "Sec-Fetch-Site", "same-origin"));
        all.addAll(List.of(fields));
        return ask("POST", target, body, all.toArray(String[]::new));
    }

    Optional<Response> ask(String method, String target, byte[] body, String... fields) {
        List<Fields.Field> all = new ArrayList<>();
        all.add(new Fields.Field("Host", HOST));
        for (int i = 0; i < fields.length; i += 2) {
            all.add(new Fields.Field(fields[i], fields[i + 1]));
        }
        String[] parts = target.split("\\?", 2);
        Request head =
                new Request(
                        method,
                        parts[0],
                        parts.length > 1 ? parts[1] : "",
                        new Fields(all),
                        new byte[0]);
        if (body.length > service.longestBody(head)) {
            return Optional.empty();
        }
        return service.answer(new Request(method, head.path(), head.query(), head.fields(), body));
    }

    /// The answer of a legacy site's fetch, which always has one.
    JsonNode call(String path, String body) {
        return json(fetch("POST", path, LEGACY, body).orElseThrow());
    }

    static String tbs(Map<String, String> fields) {
        return "tbsPackage=" + URLEncoder.encode(plain(fields), StandardCharsets.UTF_8);
    }

    static String plain(Map<String, String> fields) {
        try {
            return JSON.writeValueAsString(fields);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// Insists on HTTP 200.
    static JsonNode json(Response response) {
        if (response.status() != 200) {
            throw new AssertionError("status " + response.status());
        }
        return json(new String(response.body(), StandardCharsets.US_ASCII));
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new AssertionError(text, e);
        }
    }

    /// A page's message to the popup, up to the first question to the holder.
    JsonNode popup(String origin, String message) {
        return json(
                own(
                                "/hipki/begin",
                                message.getBytes(StandardCharsets.UTF_8),
                                "X-Perennial-Opener",
                                origin)
                        .orElseThrow());
    }

    /// The holder types into the popup.
    JsonNode type(JsonNode question, boolean consent, String... secrets) {
        try {
            byte[] sealed = SealingPage.seal(question.get("key").asText(), secrets);
            return json(
                    own(
                                    "/hipki/secret",
                                    sealed,
                                    "X-Perennial-Visit",
                                    question.get("visit").asText(),
                                    "X-Perennial-Last-Try",
                                    consent ? "yes" : "no")
                            .orElseThrow());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static JsonNode reply(JsonNode told) {
        return json(told.get("reply").asText());
    }

    /// What a JSON schema has to say against an answer; empty when it fits.
    static Set<String> faults(String schema, JsonNode answer) {
        try (InputStream in =
                HipkiDesk.class.getResourceAsStream("/perennial/agent/hipki/" + schema)) {
            Set<String> found = new HashSet<>();
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(in)
                    .validate(answer.toString(), InputFormat.JSON)
                    .forEach(message -> found.add(message.getMessage()));
            return found;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
