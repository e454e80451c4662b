// SPDX-License-Identifier: Apache-2.0
package perennial.cli.attempt;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import perennial.cli.Console;
import perennial.cli.Failure;
import perennial.core.advice.Problem;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `perennial try`: the calls of a running agent, for developers of web sites. What goes by HTTP is
/// done; of what takes the agent's window, and so the PIN, the code for a page is printed.
@Command(
        name = "try",
        mixinStandardHelpOptions = true,
        description = {
            "Calls the running component as a web page would; without CALL, lists the calls.",
            "以網頁的方式呼叫元件；未指定 CALL 時列出所有功能。"
        })
public final class TryCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int BITMAP_HEADER = 54;
    private static final int FORBIDDEN = 403;

    private final Console console;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", arity = "0..1", paramLabel = "CALL", description = "its name")
    private Optional<String> name = Optional.empty();

    @Parameters(
            index = "1..*",
            paramLabel = "KEY=VALUE",
            description = "its parameters; never a PIN")
    private Map<String, String> given = new LinkedHashMap<>();

    @Option(
            names = "--agent",
            paramLabel = "URL",
            description = "where it listens; default: ${DEFAULT-VALUE}",
            defaultValue = "http://localhost:61161")
    private URI agent = URI.create("http://localhost:61161");

    @Option(
            names = "--origin",
            paramLabel = "URL",
            description =
                    "the site that is said to ask, where one has to; default: ${DEFAULT-VALUE}",
            defaultValue = "http://localhost")
    private String origin = "http://localhost";

    @Option(
            names = "--code",
            paramLabel = "curl|js",
            description = "prints the code for the call and does nothing")
    private Optional<Code> code = Optional.empty();

    @Option(names = "--json", description = "one JSON document, the same in every language")
    private boolean json;

    /// What code is printed in.
    enum Code {
        CURL,
        JS
    }

    /// Made by the command line.
    public TryCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (name.isEmpty()) {
            list();
            return 0;
        }
        AgentCall call =
                AgentCall.of(name.get()).orElseThrow(() -> usage("no such call: " + name.get()));
        requireKnown(call);
        CallCode texts = new CallCode(call, agent, origin, given);
        if (code.isPresent()) {
            console.say("%s", code.get() == Code.CURL ? curl(texts) : texts.javaScript());
            return 0;
        }
        if (!call.isOverHttp()) {
            window(texts);
            return 0;
        }
        return overHttp(texts);
    }

    private void list() {
        for (AgentCall call : AgentCall.all()) {
            String how =
                    switch (call.way()) {
                        case GET -> "GET " + call.path();
                        case POST -> "POST " + call.path();
                        case POPUP -> console.choose("彈出視窗 ", "popup ") + call.path();
                        case LIBRARY -> "perennial.js";
                    };
            console.say("%-34s%-46s%s", call.name(), how, String.join(" ", call.parameters()));
        }
    }

    private void requireKnown(AgentCall call) {
        for (String key : given.keySet()) {
            if (key.toLowerCase(Locale.ROOT).contains("pin")) {
                throw usage("a PIN is typed in the component's window, never given here: " + key);
            }
            if (!call.parameters().contains(key)) {
                throw usage("%s knows no %s".formatted(call.name(), key));
            }
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(
                Optional.ofNullable(spec.commandLine()).orElseGet(() -> new CommandLine(this)),
                message);
    }

    private String curl(CallCode texts) {
        if (!texts.call().isOverHttp()) {
            throw usage(texts.call().name() + " takes the component's window: use --code js");
        }
        return texts.curl();
    }

    private void window(CallCode texts) {
        if (json) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("call", texts.call().name());
            document.put("window", true);
            document.put("code", texts.javaScript());
            console.say("%s", JsonText.pretty(document));
            return;
        }
        console.say(
                "%s",
                console.choose(
                        "此功能在元件視窗中進行，PIN碼也在那裡輸入。在網頁中使用：",
                        "This is done in the component's window, and the PIN is typed there. In a"
                                + " page:"));
        console.say("%n%s", texts.javaScript());
    }

    private int overHttp(CallCode texts) throws InterruptedException {
        HttpResponse<byte[]> response = sent(texts);
        if (response.statusCode() == FORBIDDEN) {
            throw new Failure(
                    Problem.RA_NOT_TRUSTED,
                    "HTTP 403 for Origin %s; %s/settings".formatted(origin, agent));
        }
        String text = text(texts.call(), response.body());
        JsonText answer = JsonText.of(text);
        say(texts, response.statusCode(), answer);
        return response.statusCode() == 200 && answer.good() ? 0 : Console.FAILED;
    }

    private HttpResponse<byte[]> sent(CallCode texts) throws InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(texts.address())
                        .timeout(PATIENCE)
                        .header("Accept-Language", console.choose("zh-TW", "en"));
        if (texts.call().asksForSite()) {
            request.header("Origin", origin);
        }
        texts.body()
                .ifPresent(body ->
                        request.header("Content-Type", "text/plain;charset=UTF-8")
                                .POST(HttpRequest.BodyPublishers.ofString(body)));
        try (HttpClient client =
                HttpClient.newBuilder()
                        // The other version begins with an upgrade, which the agent refuses.
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(PATIENCE)
                        .build()) {
            return client.send(request.build(), BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new Failure(Problem.AGENT_MISSING, agent.toString(), e);
        }
    }

    /// The text of an answer; of the picture what its pixels say (docs/hipki.md).
    private static String text(AgentCall call, byte[] body) {
        if (call.name().equals("waiting")) {
            return "%d octets of image/gif".formatted(body.length);
        }
        if (!call.name().equals("image") || body.length < BITMAP_HEADER) {
            return new String(body, StandardCharsets.UTF_8);
        }
        int end = BITMAP_HEADER;
        while (end < body.length && body[end] != 0) {
            end++;
        }
        return new String(body, BITMAP_HEADER, end - BITMAP_HEADER, StandardCharsets.US_ASCII);
    }

    private void say(CallCode texts, int status, JsonText answer) {
        boolean posts = texts.call().way() == AgentCall.Way.POST;
        if (json) {
            Map<String, Object> request = new LinkedHashMap<>();
            request.put("method", posts ? "POST" : "GET");
            request.put("address", texts.address().toString());
            if (texts.call().asksForSite()) {
                request.put("origin", origin);
            }
            if (posts) {
                request.put("tbsPackage", JsonText.of(texts.message()).part());
            }
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("request", request);
            document.put("status", status);
            document.put("answer", answer.part());
            console.say("%s", JsonText.pretty(document));
            return;
        }
        console.say("> %s %s", posts ? "POST" : "GET", texts.address());
        if (texts.call().asksForSite()) {
            console.say("> Origin: %s", origin);
        }
        if (posts) {
            console.say("> tbsPackage=%s", texts.message());
        }
        console.say("< HTTP %d", status);
        console.say("%s", answer.shown());
    }
}
