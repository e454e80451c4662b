// SPDX-License-Identifier: Apache-2.0
package perennial.ca.crl;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import perennial.ca.CaException;
import perennial.ca.http.Answers;
import perennial.ca.profile.CrlPartition;
import perennial.protocol.http.BytesHandler;

/// The CRLs over HTTP (RFC 5280 4.2.1.13, media type by RFC 2585). Caches ask after five minutes
/// whether there is a newer one and get 304 while there is none, so a long CRL travels once.
public final class CrlHandler implements BytesHandler {
    private static final System.Logger LOG = System.getLogger(CrlHandler.class.getName());

    private final String authority;
    private final CrlPublisher publisher;
    private final Clock clock;

    /// @param authority by whose name the files are called
    public CrlHandler(String authority, CrlPublisher publisher, Clock clock) {
        this.authority = authority;
        this.publisher = publisher;
        this.clock = clock;
    }

    @Override
    public Answer handle(Request request) {
        if (!request.method().equals("GET")) {
            return Answers.methodNotAllowed("GET");
        }
        Optional<CrlPartition.Named> named =
                request.path().startsWith("/")
                        ? CrlPartition.named(authority, request.path().substring(1))
                        : Optional.empty();
        if (named.isEmpty()) {
            return Answers.notFound();
        }
        try {
            return publisher
                    .current(named.get().partition(), named.get().delta())
                    .map(crl -> answer(request, crl))
                    .orElseGet(Answers::notFound);
        } catch (CaException e) {
            LOG.log(System.Logger.Level.ERROR, "no CRL now", e);
            return Answers.unavailable();
        }
    }

    private Answer answer(Request request, CrlFile crl) {
        String tag = "\"%d\"".formatted(crl.number());
        Map<String, String> headers =
                Answers.cached(tag, crl.thisUpdate(), crl.nextUpdate(), clock.instant());
        if (request.header("If-None-Match").filter(tags -> names(tags, tag)).isPresent()) {
            return new Answer(304, "application/pkix-crl", headers, new byte[0]);
        }
        try {
            return new Answer(200, "application/pkix-crl", headers, Files.readAllBytes(crl.file()));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, "no CRL now", e);
            return Answers.unavailable();
        }
    }

    /// Weakly compared (RFC 9110 13.1.2).
    private static boolean names(String tags, String tag) {
        for (String one : tags.split(",")) {
            String stripped = one.strip();
            if (stripped.equals("*") || stripped.equals(tag) || stripped.equals("W/" + tag)) {
                return true;
            }
        }
        return false;
    }
}
