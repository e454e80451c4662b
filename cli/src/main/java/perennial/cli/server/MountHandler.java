// SPDX-License-Identifier: Apache-2.0
package perennial.cli.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import perennial.core.advice.Explained;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.protocol.http.BytesHandler;

/// From Jetty's request to a mounted service and back. It has nothing to say itself but 404, 413
/// and what a service's failure becomes.
final class MountHandler extends Handler.Abstract {
    private static final System.Logger LOG = System.getLogger(MountHandler.class.getName());
    private static final int RETRY_SECONDS = 30;

    private final Map<Connector, Map<String, Mount>> mounts;
    private final RequestDeadline deadline;

    MountHandler(Map<Connector, Map<String, Mount>> mounts, RequestDeadline deadline) {
        this.mounts = Map.copyOf(mounts);
        this.deadline = deadline;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Request.addCompletionListener(request, _ -> deadline.answered(request));
        BytesHandler.Answer answer;
        try {
            answer = answer(request);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a request broke off", e);
            answer = text(400, "the request broke off", Map.of("Connection", "close"));
        }
        write(response, callback, answer);
        return true;
    }

    private BytesHandler.Answer answer(Request request) throws IOException {
        String path = Objects.requireNonNullElse(request.getHttpURI().getPath(), "/");
        Map<String, Mount> here =
                Objects.requireNonNullElse(
                        mounts.get(request.getConnectionMetaData().getConnector()), Map.of());
        Optional<String> at = longest(here, path);
        Mount mount = at.map(here::get).orElse(null);
        if (mount == null) {
            return text(404, "not found", Map.of());
        }
        Optional<byte[]> body = body(request, mount.mostOctets());
        if (body.isEmpty()) {
            // What was not read would be taken for the next request.
            return text(413, "too long", Map.of("Connection", "close"));
        }
        RequestDeadline.arrived(request);
        String method = request.getMethod().equals("HEAD") ? "GET" : request.getMethod();
        return served(
                mount.handler(),
                new BytesHandler.Request(
                        method,
                        path.substring(at.orElseThrow().length()),
                        Objects.requireNonNullElse(request.getHttpURI().getQuery(), ""),
                        headers(request.getHeaders()),
                        peer(request),
                        body.get()));
    }

    /// The thread's edge: whatever broke is logged once, and the other side learns no more than
    /// whether asking again helps.
    private static BytesHandler.Answer served(BytesHandler handler, BytesHandler.Request request) {
        try {
            return handler.handle(request);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "a request could not be answered", e);
            boolean again =
                    e instanceof Explained explained
                            && explained.problem() == Problem.DATABASE_UNAVAILABLE;
            return again
                    ? text(
                            503,
                            "not available",
                            Map.of("Retry-After", String.valueOf(RETRY_SECONDS)))
                    : text(500, "internal error", Map.of());
        }
    }

    private static Optional<String> longest(Map<String, Mount> mounts, String path) {
        String prefix = path;
        while (!prefix.isEmpty()) {
            if (mounts.containsKey(prefix)) {
                return Optional.of(prefix);
            }
            prefix = prefix.substring(0, prefix.lastIndexOf('/'));
        }
        return Optional.empty();
    }

    private static Optional<byte[]> body(Request request, int most) throws IOException {
        if (request.getLength() > most) {
            return Optional.empty();
        }
        try (InputStream in = Request.asInputStream(request)) {
            byte[] read = in.readNBytes(most + 1);
            return read.length > most ? Optional.empty() : Optional.of(read);
        }
    }

    private static Map<String, String> headers(HttpFields fields) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (HttpField field : fields) {
            headers.merge(
                    field.getName(),
                    Objects.requireNonNullElse(field.getValue(), ""),
                    (first, more) -> first + ", " + more);
        }
        return headers;
    }

    private static List<Certificate> peer(Request request) {
        EndPoint.SslSessionData session =
                request.getConnectionMetaData().getConnection().getEndPoint().getSslSessionData();
        if (session == null || session.peerCertificates() == null) {
            return List.of();
        }
        List<Certificate> chain = new ArrayList<>();
        for (X509Certificate certificate : session.peerCertificates()) {
            try {
                chain.add(Certificate.ofDer(certificate.getEncoded()));
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException("what was decoded has an encoding", e);
            }
        }
        return chain;
    }

    private static void write(Response response, Callback callback, BytesHandler.Answer answer) {
        response.setStatus(answer.status());
        HttpFields.Mutable headers = response.getHeaders();
        answer.headers().forEach(headers::put);
        headers.put("X-Content-Type-Options", "nosniff");
        if (answer.status() != 204 && answer.status() != 304) {
            headers.put(HttpHeader.CONTENT_TYPE, answer.contentType());
            headers.put(HttpHeader.CONTENT_LENGTH, answer.body().length);
        }
        response.write(true, ByteBuffer.wrap(answer.body()), callback);
    }

    private static BytesHandler.Answer text(int status, String text, Map<String, String> headers) {
        return new BytesHandler.Answer(
                status,
                "text/plain; charset=utf-8",
                headers,
                text.getBytes(StandardCharsets.UTF_8));
    }
}
