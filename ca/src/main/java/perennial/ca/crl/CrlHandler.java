// SPDX-License-Identifier: Apache-2.0
package perennial.ca.crl;

import java.time.Clock;
import perennial.ca.http.Answers;
import perennial.protocol.http.BytesHandler;

/// The CRL over HTTP (RFC 5280 4.2.1.13, media type by RFC 2585).
public final class CrlHandler implements BytesHandler {
    private static final String PATH = "/issuing.crl";

    private final CrlPublisher publisher;
    private final Clock clock;

    public CrlHandler(CrlPublisher publisher, Clock clock) {
        this.publisher = publisher;
        this.clock = clock;
    }

    @Override
    public Answer handle(Request request) {
        if (!request.method().equals("GET")) {
            return Answers.methodNotAllowed("GET");
        }
        if (!request.path().equals(PATH)) {
            return Answers.notFound();
        }
        CrlPublisher.Crl crl = publisher.current();
        return new Answer(
                200,
                "application/pkix-crl",
                Answers.cached(crl.der(), crl.thisUpdate(), crl.nextUpdate(), clock.instant()),
                crl.der().clone());
    }
}
