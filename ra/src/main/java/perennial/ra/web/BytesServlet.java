// SPDX-License-Identifier: Apache-2.0
package perennial.ra.web;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import perennial.protocol.http.BytesHandler;

/// A [BytesHandler] mounted at a path; bodies of at most 64 KiB.
final class BytesServlet extends HttpServlet {
    @Serial private static final long serialVersionUID = 1L;
    private static final int MAX_OCTETS = 64 * 1024;

    private final String path;
    private final transient BytesHandler handler;

    BytesServlet(String path, BytesHandler handler) {
        this.path = path;
        this.handler = handler;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String method = request.getMethod();
        if (method.equals("HEAD")) {
            method = "GET";
        }
        if (!method.equals("GET") && !method.equals("POST")) {
            response.setHeader("Allow", "GET, HEAD, POST");
            response.setStatus(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
            return;
        }
        byte[] body = request.getInputStream().readNBytes(MAX_OCTETS + 1);
        if (body.length > MAX_OCTETS) {
            response.setStatus(HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE);
            return;
        }
        String rest = request.getRequestURI().substring(path.length());
        BytesHandler.Answer answer =
                handler.handle(
                        new BytesHandler.Request(
                                method,
                                rest,
                                Objects.requireNonNullElse(request.getQueryString(), ""),
                                headers(request),
                                List.of(),
                                body));
        response.setStatus(answer.status());
        response.setContentType(answer.contentType());
        answer.headers().forEach(response::setHeader);
        response.setContentLength(answer.body().length);
        response.getOutputStream().write(answer.body());
    }

    private static Map<String, String> headers(HttpServletRequest request) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String name : Collections.list(request.getHeaderNames())) {
            headers.put(name, String.join(", ", Collections.list(request.getHeaders(name))));
        }
        return headers;
    }
}
