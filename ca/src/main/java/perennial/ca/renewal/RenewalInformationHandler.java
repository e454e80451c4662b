// SPDX-License-Identifier: Apache-2.0
package perennial.ca.renewal;

import java.math.BigInteger;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import perennial.ca.http.Answers;
import perennial.core.certificate.SerialNumber;
import perennial.protocol.http.BytesHandler;
import tools.jackson.databind.json.JsonMapper;

/// Renewal information over HTTP, for everybody (RFC 9773 4.1), to be mounted at `/renewal-info`.
public final class RenewalInformationHandler implements BytesHandler {
    /// Caches may keep it this long: less than the time after which to ask again.
    private static final int KEEP_SECONDS = 300;

    private static final int MOST_CHARACTERS = 200;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final Map<String, RenewalInformation> authorities;
    private final JsonMapper json = JsonMapper.builder().build();

    /// @param authorities by the key identifier of the issuing key, lower-case hexadecimal
    public RenewalInformationHandler(Map<String, RenewalInformation> authorities) {
        this.authorities = Map.copyOf(authorities);
    }

    @Override
    public Answer handle(Request request) {
        if (!request.method().equals("GET")) {
            return Answers.methodNotAllowed("GET");
        }
        return certificate(request.path())
                .flatMap(one ->
                        Optional.ofNullable(authorities.get(one.authority()))
                                .flatMap(authority -> authority.suggestion(one.serialNumber())))
                .map(this::answer)
                .orElseGet(Answers::notFound);
    }

    private record Asked(String authority, SerialNumber serialNumber) {}

    private Answer answer(RenewalInformation.Suggestion suggestion) {
        Map<String, Object> window = new LinkedHashMap<>();
        window.put("start", suggestion.window().start().toString());
        window.put("end", suggestion.window().end().toString());
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("suggestedWindow", window);
        suggestion.explanation().ifPresent(page -> object.put("explanationURL", page.toString()));
        return new Answer(
                200,
                "application/json",
                Map.of(
                        "Retry-After",
                        String.valueOf(suggestion.askAgain().toSeconds()),
                        "Cache-Control",
                        "public, max-age=" + KEEP_SECONDS),
                json.writeValueAsBytes(object));
    }

    /// Reads the identifier: the authority key identifier and the serial number's octets, each in
    /// base64url without padding, with a full stop between them. Empty for anything else, also for
    /// a second spelling of the same.
    private static Optional<Asked> certificate(String path) {
        if (!path.startsWith("/") || path.length() > MOST_CHARACTERS) {
            return Optional.empty();
        }
        String[] parts = path.substring(1).split("\\.", -1);
        if (parts.length != 2) {
            return Optional.empty();
        }
        try {
            byte[] keyId = Base64.getUrlDecoder().decode(parts[0]);
            byte[] serial = Base64.getUrlDecoder().decode(parts[1]);
            BigInteger number = new BigInteger(serial);
            boolean only =
                    path.equals(
                            "/"
                                    + BASE64.encodeToString(keyId)
                                    + "."
                                    + BASE64.encodeToString(number.toByteArray()));
            return only
                    ? Optional.of(
                            new Asked(HexFormat.of().formatHex(keyId), new SerialNumber(number)))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
