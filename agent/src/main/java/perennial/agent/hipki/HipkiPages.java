// SPDX-License-Identifier: Apache-2.0
package perennial.agent.hipki;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import perennial.agent.http.Response;

/// The files of the dialect's windows: a fixed table, read into memory once, because a page waits
/// half a second for the popup and no longer.
final class HipkiPages {
    private static final String OWN = "/perennial/agent/hipki/";
    private static final String SHARED = "/perennial/agent/pages/";
    private static final String HTML = "text/html; charset=utf-8";
    private static final String SCRIPT = "text/javascript; charset=utf-8";

    /// Pages that a site opens; all are the same popup.
    private static final Set<String> POPUPS =
            Set.of(
                    "/popupForm",
                    "/ChtPopupForm",
                    "/CardManagement/CMCPopForm",
                    "/MOEACA/ChtPopupFormMOEACA",
                    "/PrintCard/ChtPopupFormPrintCard",
                    "/eIDPM/ChtPopupFormEIDPM");

    private final Map<String, Response> files = new HashMap<>();

    HipkiPages() {
        Response popup = Response.of(HTML, read(OWN + "popup.html"));
        POPUPS.forEach(path -> files.put(path, popup));
        files.put("/addDomain", Response.of(HTML, read(OWN + "add-domain.html")));
        files.put("/waiting.gif", Response.of("image/gif", read(OWN + "waiting.gif")));
        files.put("/hipki/seal.js", Response.of(SCRIPT, read(SHARED + "seal.js")));
        files.put(
                "/hipki/perennial.css",
                Response.of("text/css; charset=utf-8", read(SHARED + "perennial.css")));
        files.put("/hipki/mark.svg", Response.of("image/svg+xml", read(SHARED + "mark.svg")));
        for (String script : Set.of("popup.js", "form.js", "texts.js", "add-domain.js")) {
            files.put("/hipki/" + script, Response.of(SCRIPT, read(OWN + script)));
        }
        files.put(
                "/",
                Response.of(
                        HTML,
                        ("<!DOCTYPE html><html lang=\"zh-TW\"><title>Perennial</title><p>version:"
                                        + Replies.VERSION
                                        + "</p><p><a href=\"/tools\">IC卡工具 Card tools</a></p>"
                                        + "<p><a href=\"/selfTest.htm\">IC卡功能檢測 Self-test</a></p>"
                                        + "<p><a href=\"/settings\">設定 Settings</a></p></html>")
                                .getBytes(StandardCharsets.UTF_8)));
    }

    Optional<Response> page(String path) {
        return Optional.ofNullable(files.get(path));
    }

    private static byte[] read(String file) {
        try (InputStream in = HipkiPages.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("page missing from the build: " + file);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
