// SPDX-License-Identifier: Apache-2.0
package perennial.ca.http;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import perennial.core.certificate.Certificate;
import perennial.protocol.http.BytesHandler;

/// The authority's own certificates over HTTP, DER (RFC 5280 4.2.2.1, media type by RFC 2585).
public final class CertificatesHandler implements BytesHandler {
    private static final Duration KEEP = Duration.ofDays(1);

    private final Map<String, Certificate> certificates;
    private final Clock clock;

    /// @param name of the authority, by which its file is called
    public CertificatesHandler(String name, Certificate issuing, Certificate root, Clock clock) {
        this.certificates = Map.of("/%s.cer".formatted(name), issuing, "/root.cer", root);
        this.clock = clock;
    }

    @Override
    public Answer handle(Request request) {
        if (!request.method().equals("GET")) {
            return Answers.methodNotAllowed("GET");
        }
        Certificate certificate = certificates.get(request.path());
        if (certificate == null) {
            return Answers.notFound();
        }
        Instant now = clock.instant();
        byte[] der = certificate.der();
        return new Answer(
                200,
                "application/pkix-cert",
                Answers.cached(der, certificate.validity().notBefore(), now.plus(KEEP), now),
                der);
    }
}
