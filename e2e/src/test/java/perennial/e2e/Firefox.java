// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Debian's Firefox, headless and unmodified, in a profile of its own, driven by its own remote
/// protocol (Marionette: a length, a colon, a JSON array).
final class Firefox implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int PATIENCE_MILLIS = 60_000;

    /// Nothing is fetched from anywhere; popups open, as after a click.
    private static final List<String> PREFERENCES =
            List.of(
                    "\"dom.disable_open_during_load\", false",
                    "\"dom.popup_maximum\", 500",
                    "\"dom.min_background_timeout_value\", 10",
                    "\"dom.timeout.enable_budget_timer_throttling\", false",
                    "\"browser.shell.checkDefaultBrowser\", false",
                    "\"browser.startup.page\", 0",
                    "\"browser.aboutwelcome.enabled\", false",
                    "\"datareporting.policy.dataSubmissionEnabled\", false",
                    "\"toolkit.telemetry.enabled\", false",
                    "\"app.normandy.enabled\", false",
                    "\"app.update.disabledForTesting\", true",
                    "\"network.captive-portal-service.enabled\", false",
                    "\"network.connectivity-service.enabled\", false",
                    "\"extensions.update.enabled\", false",
                    "\"services.settings.server\", \"data:,#remote-settings-dummy/v1\"");

    private final Process process;
    private final Socket socket;
    private final InputStream answers;
    private int asked;

    /// @param profile an empty folder
    /// @param hosts names that lead to this computer, comma separated; may be empty
    static Firefox start(Path profile, String hosts) throws IOException {
        int port = freePort();
        StringBuilder user = new StringBuilder();
        List<String> preferences = new ArrayList<>(PREFERENCES);
        preferences.add("\"marionette.port\", " + port);
        preferences.add("\"network.dns.localDomains\", \"" + hosts + "\"");
        preferences.forEach(p -> user.append("user_pref(").append(p).append(");\n"));
        Files.createDirectories(profile);
        Files.writeString(profile.resolve("user.js"), user);
        ProcessBuilder builder =
                new ProcessBuilder(
                                "firefox-esr",
                                "--headless",
                                "--marionette",
                                "--no-remote",
                                "--profile",
                                profile.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(profile.resolve("log").toFile());
        builder.environment().put("MOZ_DISABLE_CONTENT_SANDBOX", "1");
        builder.environment().put("HOME", profile.toString());
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new AssertionError("Firefox is missing: apt install firefox-esr", e);
        }
        try {
            return new Firefox(process, connected(process, port, profile));
        } catch (IOException | RuntimeException | Error e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private Firefox(Process process, Socket socket) throws IOException {
        this.process = process;
        this.socket = socket;
        this.answers = new BufferedInputStream(socket.getInputStream());
        JsonNode _ = receive();
        JsonNode _ =
                ask(
                        "WebDriver:NewSession",
                        Map.of("acceptInsecureCerts", true, "pageLoadStrategy", "normal"));
        JsonNode _ =
                ask(
                        "WebDriver:SetTimeouts",
                        Map.of("script", PATIENCE_MILLIS, "pageLoad", PATIENCE_MILLIS));
    }

    private static Socket connected(Process process, int port, Path profile) throws IOException {
        Socket[] found = new Socket[1];
        Eventually.holds(
                "Firefox listens",
                () -> {
                    if (!process.isAlive()) {
                        throw new AssertionError(
                                "Firefox has ended: " + text(profile.resolve("log")));
                    }
                    try {
                        found[0] = new Socket(InetAddress.getLoopbackAddress(), port);
                        return true;
                    } catch (IOException e) {
                        return false;
                    }
                });
        found[0].setSoTimeout(2 * PATIENCE_MILLIS);
        return found[0];
    }

    void open(String address) {
        JsonNode _ = ask("WebDriver:Navigate", Map.of("url", address));
    }

    /// What a function's body comes to in the page; a promise is waited for.
    ///
    /// @param body may use `arguments[0]` …
    JsonNode run(String body, Object... arguments) {
        return ask("WebDriver:ExecuteScript", Map.of("script", body, "args", List.of(arguments)))
                .get("value");
    }

    /// Clicks as a person does.
    void click(String selector) {
        Eventually.holds(
                selector + " can be clicked",
                () -> {
                    try {
                        JsonNode _ = ask("WebDriver:ElementClick", element(selector));
                        return true;
                    } catch (Refused e) {
                        return false;
                    }
                });
    }

    void type(String selector, String text) {
        JsonNode found = ask("WebDriver:FindElement", find(selector)).get("value");
        String id = found.properties().iterator().next().getValue().asString();
        JsonNode _ = ask("WebDriver:ElementSendKeys", Map.of("id", id, "text", text));
    }

    private Map<String, Object> element(String selector) {
        JsonNode found = ask("WebDriver:FindElement", find(selector)).get("value");
        return Map.of("id", found.properties().iterator().next().getValue().asString());
    }

    private static Map<String, Object> find(String selector) {
        return Map.of("using", "css selector", "value", selector);
    }

    /// Whether a person sees it.
    boolean shows(String selector) {
        return run(
                        "const e = document.querySelector(arguments[0]);"
                                + " return e !== null && e.checkVisibility();",
                        selector)
                .asBoolean();
    }

    List<String> windows() {
        List<String> handles = new ArrayList<>();
        ask("WebDriver:GetWindowHandles", Map.of()).forEach(h -> handles.add(h.asString()));
        return handles;
    }

    String window() {
        return ask("WebDriver:GetWindowHandle", Map.of()).get("value").asString();
    }

    void switchTo(String window) {
        JsonNode _ = ask("WebDriver:SwitchToWindow", Map.of("handle", window));
    }

    void closeAllBut(String kept) {
        for (String window : windows()) {
            if (!window.equals(kept)) {
                switchTo(window);
                JsonNode _ = ask("WebDriver:CloseWindow", Map.of());
            }
        }
        switchTo(kept);
    }

    void picture(String name) throws IOException {
        JsonNode shot = ask("WebDriver:TakeScreenshot", Map.of("full", true, "hash", false));
        Files.createDirectories(Browser.SCREENSHOTS);
        Files.write(
                Browser.SCREENSHOTS.resolve(name + ".png"),
                Base64.getDecoder().decode(shot.get("value").asString()));
    }

    /// What Firefox would not do.
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    private JsonNode ask(String command, Map<String, Object> parameters) {
        try {
            byte[] message = JSON.writeValueAsBytes(List.of(0, ++asked, command, parameters));
            byte[] length = (message.length + ":").getBytes(StandardCharsets.US_ASCII);
            socket.getOutputStream().write(length);
            socket.getOutputStream().write(message);
            socket.getOutputStream().flush();
            JsonNode answer = receive();
            if (!answer.get(2).isNull()) {
                throw new Refused(command + ": " + answer.get(2).get("message").asString());
            }
            return answer.get(3);
        } catch (IOException e) {
            throw new UncheckedIOException(command, e);
        }
    }

    private JsonNode receive() throws IOException {
        int length = 0;
        for (int octet = answers.read(); octet != ':'; octet = answers.read()) {
            if (octet < '0' || octet > '9') {
                throw new IOException("Firefox has gone");
            }
            length = length * 10 + octet - '0';
        }
        return JSON.readTree(answers.readNBytes(length));
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() {
        try {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            socket.close();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new AssertionError("Firefox does not end");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
