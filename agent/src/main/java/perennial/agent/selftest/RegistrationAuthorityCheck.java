// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.io.IOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import perennial.agent.RaTrust;
import perennial.agent.selftest.Fact.Label;
import perennial.agent.selftest.Finding.NotDone;
import perennial.agent.selftest.Finding.Why;
import perennial.agent.selftest.Surroundings.Network;
import perennial.core.advice.Problem;

/// Can every registration authority be reached, and is it the one that answers? Asks for its first
/// page and follows no redirect.
final class RegistrationAuthorityCheck implements Check {
    private static final int PROXY_AUTHENTICATION_REQUIRED = 407;

    /// RFC 6585 6: a network that wants a login answers in the server's place.
    private static final int NETWORK_AUTHENTICATION_REQUIRED = 511;

    @Override
    public Topic topic() {
        return Topic.REGISTRATION_AUTHORITY;
    }

    @Override
    public Finding look(Examination examination) {
        List<RaTrust> authorities = examination.surroundings().authorities();
        if (authorities.isEmpty()) {
            return new NotDone(Why.NOT_SET_UP);
        }
        List<Fact> seen = new ArrayList<>();
        for (RaTrust authority : authorities) {
            seen.add(new Fact(Label.SERVICE, authority.origin().toString()));
            Optional<Problem> problem = reach(authority.origin(), examination, seen);
            if (problem.isPresent()) {
                return new Finding.Failed(problem.get(), seen);
            }
        }
        return new Finding.Passed(seen);
    }

    private static Optional<Problem> reach(URI origin, Examination examination, List<Fact> seen) {
        Network network = examination.surroundings().network();
        RecordedTrust trust = new RecordedTrust(network.trust());
        HttpClient client = client(network, trust);
        try {
            HttpRequest question =
                    HttpRequest.newBuilder(origin.resolve("/"))
                            .timeout(network.patience())
                            .GET()
                            .build();
            HttpResponse<Void> answer =
                    client.send(question, HttpResponse.BodyHandlers.discarding());
            keepTime(answer, examination);
            return ofStatus(origin, answer, seen);
        } catch (IOException e) {
            seen.add(new Fact(Label.REASON, String.valueOf(e.getMessage())));
            trust.issuer().ifPresent(i -> seen.add(new Fact(Label.TLS_ISSUER, i)));
            return Optional.of(ofFailure(e, trust));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(Problem.RA_UNREACHABLE);
        } finally {
            client.shutdownNow();
        }
    }

    private static HttpClient client(Network network, RecordedTrust trust) {
        try {
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(null, new TrustManager[] {trust}, null);
            return HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(network.patience())
                    .proxy(network.proxies())
                    .sslContext(tls)
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK speaks TLS", e);
        }
    }

    private static Optional<Problem> ofStatus(URI origin, HttpResponse<?> answer, List<Fact> seen) {
        int status = answer.statusCode();
        if (status == PROXY_AUTHENTICATION_REQUIRED) {
            return Optional.of(Problem.PROXY_NEEDED);
        }
        boolean elsewhere =
                answer.headers()
                        .firstValue("Location")
                        .filter(to -> status >= 300 && status < 400 && !sameHost(origin, to))
                        .isPresent();
        if (status == NETWORK_AUTHENTICATION_REQUIRED || elsewhere) {
            return Optional.of(Problem.NETWORK_LOGIN_NEEDED);
        }
        if (status >= 400) {
            seen.add(new Fact(Label.REASON, "HTTP " + status));
            return Optional.of(Problem.RA_ANSWER_INVALID);
        }
        return Optional.empty();
    }

    private static boolean sameHost(URI origin, String location) {
        try {
            URI to = origin.resolve("/").resolve(location);
            return String.valueOf(to.getHost()).equalsIgnoreCase(String.valueOf(origin.getHost()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Problem ofFailure(IOException failure, RecordedTrust trust) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException
                    || cause instanceof UnknownHostException) {
                return Problem.RA_NAME_UNKNOWN;
            }
            if (cause instanceof CertificateExpiredException
                    || cause instanceof CertificateNotYetValidException) {
                return Problem.TLS_DATE_WRONG;
            }
        }
        boolean refused = failure instanceof SSLException && trust.issuer().isPresent();
        return refused ? Problem.TLS_INTERCEPTED : Problem.RA_UNREACHABLE;
    }

    private static void keepTime(HttpResponse<?> answer, Examination examination) {
        Instant now = examination.surroundings().clock().instant();
        answer.headers()
                .firstValue("Date")
                .flatMap(RegistrationAuthorityCheck::time)
                .ifPresent(server -> examination.answered(server, Duration.between(server, now)));
    }

    private static Optional<Instant> time(String date) {
        try {
            return Optional.of(
                    ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
