// SPDX-License-Identifier: Apache-2.0
package perennial.agent.loopback;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import perennial.agent.http.Asker;

/// The agent's pages: a fixed table of paths, read into memory once. What is not in it does not
/// exist.
final class PageTable {
    private static final Map<String, String> FILES =
            Map.ofEntries(
                    Map.entry("/window", "window.html"),
                    Map.entry("/window/window.js", "window.js"),
                    Map.entry("/window/window-order.js", "window-order.js"),
                    Map.entry("/window/agent.js", "agent.js"),
                    Map.entry("/window/opener.js", "opener.js"),
                    Map.entry("/window/seal.js", "seal.js"),
                    Map.entry("/window/files.js", "files.js"),
                    Map.entry("/window/texts.js", "texts.js"),
                    Map.entry("/window/view.js", "view.js"),
                    Map.entry("/tools", "tools.html"),
                    Map.entry("/window/tools.js", "tools.js"),
                    Map.entry("/window/tools-texts.js", "tools-texts.js"),
                    Map.entry("/window/tools-view.js", "tools-view.js"),
                    Map.entry("/settings", "settings.html"),
                    Map.entry("/window/settings.js", "settings.js"),
                    Map.entry("/window/settings-texts.js", "settings-texts.js"),
                    Map.entry("/window/perennial.css", "perennial.css"),
                    Map.entry("/window/chevron.svg", "chevron.svg"),
                    Map.entry("/window/mark.svg", "mark.svg"));

    private static final Map<String, String> TYPES =
            Map.of(
                    "html", "text/html; charset=utf-8",
                    "js", "text/javascript; charset=utf-8",
                    "css", "text/css; charset=utf-8",
                    "svg", "image/svg+xml");

    /// What a foreign page may open. The others are for the person who asks for them.
    private static final Set<String> OPEN_TO_ALL = Set.of("/", "/window");

    private final Map<String, Page> pages = new HashMap<>();
    private final Map<String, Page> foreign = new HashMap<>();

    /// @param type the media type
    record Page(String type, byte[] content) {}

    PageTable(String version) {
        FILES.forEach((path, file) -> pages.put(path, read(file)));
        byte[] content =
                ("<!DOCTYPE html><html lang=\"zh-TW\"><title>Perennial</title><p>version:"
                                + version
                                + "</p><p><a href=\"/tools\">IC卡工具 Card tools</a></p>"
                                + "<p><a href=\"/settings\">設定 Settings</a></p></html>")
                        .getBytes(StandardCharsets.UTF_8);
        pages.put("/", new Page("text/html; charset=utf-8", content));
        OPEN_TO_ALL.forEach(
                path -> page(path).map(PageTable::marked).ifPresent(p -> foreign.put(path, p)));
    }

    Optional<Page> page(String path) {
        return Optional.ofNullable(pages.get(path));
    }

    /// As another site may open it ([Asker#markedForeign]).
    Optional<Page> foreignPage(String path) {
        return Optional.ofNullable(foreign.get(path));
    }

    private static Page marked(Page page) {
        return new Page(page.type(), Asker.markedForeign(page.content()));
    }

    private static Page read(String file) {
        String type = TYPES.getOrDefault(file.substring(file.lastIndexOf('.') + 1), "");
        try (InputStream in =
                PageTable.class.getResourceAsStream("/perennial/agent/pages/" + file)) {
            if (in == null || type.isEmpty()) {
                throw new IllegalStateException("page missing from the build: " + file);
            }
            return new Page(type, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
