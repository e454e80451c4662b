// SPDX-License-Identifier: Apache-2.0
package perennial.agent.update;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import perennial.agent.operator.SignedLines;
import perennial.core.certificate.Certificate;
import perennial.protocol.cms.CmsException;

/// Where the notice is: an address that gives it ([SignedLines]). The anchors are the operator's
/// for this use and nothing else.
///
/// @param source http or https; the signature is what counts
public record UpdateFeed(URI source, List<Certificate> anchors) {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MAX_OCTETS = 64 * 1024;

    public UpdateFeed {
        if (!List.of("http", "https").contains(source.getScheme()) || source.getHost() == null) {
            throw new IllegalArgumentException("an http or https address, got " + source);
        }
        anchors = List.copyOf(anchors);
    }

    /// The notice that is there now.
    ///
    /// @throws IOException when there is none, or none that counts
    UpdateNotice fetch(Clock clock) throws IOException, InterruptedException {
        byte[] octets = octets();
        try {
            return UpdateNotice.parse(
                    new SignedLines(UpdateNotice.TITLE, anchors, _ -> true).read(octets, clock));
        } catch (CmsException | IllegalArgumentException e) {
            throw new IOException("%s: %s".formatted(source, e.getMessage()), e);
        }
    }

    private byte[] octets() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(source).timeout(PATIENCE).build();
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            HttpResponse<InputStream> answer =
                    client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                if (answer.statusCode() != 200) {
                    throw new IOException("%s: %d".formatted(source, answer.statusCode()));
                }
                byte[] octets = body.readNBytes(MAX_OCTETS + 1);
                if (octets.length > MAX_OCTETS) {
                    throw new IOException(source + ": more than 64 KiB");
                }
                return octets;
            }
        }
    }
}
