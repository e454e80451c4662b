// SPDX-License-Identifier: Apache-2.0
package perennial.agent.http;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// Whose page it is that asks, by the fields that a browser sets and no page can forge (Fetch 3.2,
/// Fetch Metadata).
///
/// Browsers let any site navigate to, and post forms at, a loopback port. So nothing has an effect
/// by GET, and what has one must be a POST that says it comes from our own page.
public final class Asker {
    private Asker() {}

    /// Whether this POST was sent by a page of this agent: its Origin is the Host it was sent to.
    public static boolean isOwnPage(Request request) {
        Fields fields = request.fields();
        return request.method().equals("POST")
                && fields.only("Origin").equals("http://" + fields.only("Host"))
                && site(fields, "same-origin");
    }

    /// Whether this GET may be answered with a page or a part of one: asked for by ourselves, by
    /// the person, or as the whole content of a window by whatever site. A foreign page's frame,
    /// picture, script or fetch is not told that there is anybody.
    public static boolean mayHavePage(Request request) {
        Fields fields = request.fields();
        return request.method().equals("GET")
                && (!isForeign(request)
                        || (fields.only("Sec-Fetch-Mode").equals("navigate")
                                && fields.only("Sec-Fetch-Dest").equals("document")));
    }

    /// Whether another site's page made the browser send this.
    public static boolean isForeign(Request request) {
        return !site(request.fields(), "same-origin") && !site(request.fields(), "none");
    }

    /// A page as another site may open it: marked `data-foreign`, so that its script leaves the
    /// card alone until a site that the agent serves, or the person in front of it, has spoken.
    public static byte[] markedForeign(byte[] html) {
        return new String(html, StandardCharsets.UTF_8)
                .replaceFirst("<html ", "<html data-foreign ")
                .getBytes(StandardCharsets.UTF_8);
    }

    /// Browsers that are too old for these fields send none.
    private static boolean site(Fields fields, String wanted) {
        List<String> said = fields.values("Sec-Fetch-Site");
        return said.isEmpty() || said.equals(List.of(wanted));
    }
}
