// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.http;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.protocol.cmp.ProtocolException;

/// CMP over HTTP or HTTPS (RFC 9811), or messages of another media type in the same way: one POST
/// for each message, no redirect followed.
public final class HttpExchange implements MessageExchange, AutoCloseable {
    /// The media type of a PKIMessage in DER (RFC 9811 3.4).
    public static final String CONTENT_TYPE = "application/pkixcmp";

    /// No answer may be longer.
    public static final int MAX_OCTETS = 64 * 1024;

    private final HttpClient client;
    private final URI uri;
    private final Duration timeout;
    private final String mediaType;

    /// @param uri where the endpoint is, http or https
    /// @param timeout for the connection, and again for the whole answer
    public HttpExchange(URI uri, Duration timeout) {
        this(HttpClient.newBuilder(), uri, timeout, CONTENT_TYPE);
    }

    /// @param mediaType of requests and answers, in lower case
    public HttpExchange(URI uri, Duration timeout, String mediaType) {
        this(HttpClient.newBuilder(), uri, timeout, mediaType);
    }

    /// @param tls which servers are believed; for an https URI
    public HttpExchange(URI uri, Duration timeout, SSLContext tls) {
        this(HttpClient.newBuilder().sslContext(tls), uri, timeout, CONTENT_TYPE);
    }

    private HttpExchange(HttpClient.Builder client, URI uri, Duration timeout, String mediaType) {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException("expected an http or https URI, got " + uri);
        }
        this.client =
                client.version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(timeout)
                        .build();
        this.uri = uri;
        this.timeout = timeout;
        this.mediaType = mediaType;
    }

    @Override
    public byte[] exchange(byte[] request) {
        HttpRequest post =
                HttpRequest.newBuilder(uri)
                        .timeout(timeout)
                        .header("Content-Type", mediaType)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(request))
                        .build();
        // The request's own time-out ends with the header; this one covers the body as well.
        var answer = client.sendAsync(post, head -> new BoundedBody(MAX_OCTETS));
        try {
            return accepted(answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            throw failure(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw failure(e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw failure(e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    /// An error status with a PKIMessage is an answer (RFC 9811 3.3); the message says what is
    /// wrong.
    private byte[] accepted(HttpResponse<byte[]> answer) {
        String type = answer.headers().firstValue("Content-Type").orElse("");
        String answered = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        int status = answer.statusCode();
        boolean isAnswer = status >= 400 || status == 200;
        if (!isAnswer || !answered.equals(mediaType) || answer.body().length == 0) {
            throw new ProtocolException(
                    Problem.RA_ANSWER_INVALID,
                    FailInfo.badDataFormat,
                    "expected %s from %s, got status %d and %d octets of %s"
                            .formatted(
                                    mediaType,
                                    uri,
                                    status,
                                    answer.body().length,
                                    printable(answered)));
        }
        return answer.body();
    }

    private ProtocolException failure(Throwable cause) {
        return cause instanceof ProtocolException known
                ? known
                : new ProtocolException(
                        Problem.RA_UNREACHABLE,
                        FailInfo.systemUnavail,
                        "no answer from %s within %s".formatted(uri, timeout),
                        cause);
    }

    private static String printable(String mediaType) {
        return mediaType.matches("[!-~]{1,64}") ? mediaType : "no media type";
    }
}
