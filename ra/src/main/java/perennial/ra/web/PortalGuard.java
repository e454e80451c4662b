// SPDX-License-Identifier: Apache-2.0
package perennial.ra.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/// What every answer of the portal carries and every request to it must fulfil: its exact host, and
/// for what changes something, its own origin and JSON.
///
/// Services mounted beside it have no cookies and no pages; their clients may be of any age and
/// name no host.
final class PortalGuard extends HttpFilter {
    @Serial private static final long serialVersionUID = 1L;

    private static final Map<String, String> HEADERS =
            Map.of(
                    "Content-Security-Policy",
                    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'"
                            + " data:; font-src 'self'; connect-src 'self'; form-action 'self';"
                            + " base-uri 'none'; frame-ancestors 'none'",
                    "X-Content-Type-Options",
                    "nosniff",
                    // The agent's window must keep its opener, or the page could not speak to it.
                    "Cross-Origin-Opener-Policy",
                    "same-origin-allow-popups",
                    "Cross-Origin-Resource-Policy",
                    "same-origin",
                    // Origins only: the agent has to see which page opened it.
                    "Referrer-Policy",
                    "strict-origin-when-cross-origin",
                    "Permissions-Policy",
                    "camera=(), geolocation=(), microphone=(), payment=(), usb=()");

    private final transient Optional<URI> publicAddress;
    private final String host;
    private final transient Set<String> mounts;

    /// @param host as it is listened on
    /// @param mounts paths of the services beside the portal
    PortalGuard(String host, Optional<URI> publicAddress, Set<String> mounts) {
        this.host = host;
        this.publicAddress = publicAddress;
        this.mounts = Set.copyOf(mounts);
    }

    @Override
    protected void doFilter(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HEADERS.forEach(response::setHeader);
        HttpStatus status = isMount(request.getRequestURI()) ? HttpStatus.OK : judge(request);
        if (status.isError()) {
            response.sendError(status.value());
        } else {
            chain.doFilter(request, response);
        }
    }

    private HttpStatus judge(HttpServletRequest request) {
        URI own = publicAddress.orElseGet(() -> listening(request));
        String named = request.getHeader(HttpHeaders.HOST);
        if (named == null || !named.toLowerCase(Locale.ROOT).equals(own.getAuthority())) {
            return HttpStatus.MISDIRECTED_REQUEST;
        }
        return switch (request.getMethod()) {
            case "GET", "HEAD" -> HttpStatus.OK;
            case "POST" -> judgePost(request, own);
            default -> HttpStatus.METHOD_NOT_ALLOWED;
        };
    }

    private static HttpStatus judgePost(HttpServletRequest request, URI own) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        boolean sameOrigin =
                origin == null
                        ? "same-origin".equals(request.getHeader("Sec-Fetch-Site"))
                        : origin.equals(own.getScheme() + "://" + own.getAuthority());
        if (!sameOrigin) {
            return HttpStatus.FORBIDDEN;
        }
        String type = request.getContentType();
        boolean json =
                type != null
                        && MediaType.APPLICATION_JSON_VALUE.equalsIgnoreCase(
                                type.split(";", 2)[0].strip());
        return json ? HttpStatus.OK : HttpStatus.UNSUPPORTED_MEDIA_TYPE;
    }

    private URI listening(HttpServletRequest request) {
        return URI.create(
                "http://%s:%d".formatted(host.toLowerCase(Locale.ROOT), request.getLocalPort()));
    }

    private boolean isMount(String path) {
        return mounts.stream().anyMatch(m -> path.equals(m) || path.startsWith(m + "/"));
    }
}
