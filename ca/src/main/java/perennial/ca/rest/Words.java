// SPDX-License-Identifier: Apache-2.0
package perennial.ca.rest;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.RevocationReason;
import perennial.protocol.http.BytesHandler.Answer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What is said the same way in several answers.
final class Words {
    static final JsonMapper JSON = JsonMapper.builder().build();

    private Words() {}

    static Answer json(int status, ObjectNode body) {
        return json(status, body, Map.of("Cache-Control", "no-store"));
    }

    static Answer json(int status, ObjectNode body, Map<String, String> headers) {
        return new Answer(status, "application/json", headers, JSON.writeValueAsBytes(body));
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    static ObjectNode status(CertStatus status) {
        ObjectNode object = object();
        switch (status) {
            case CertStatus.Good _ -> object.put("status", "good");
            case CertStatus.Unknown _ -> object.put("status", "unknown");
            case CertStatus.Revoked(var since, var reason)
                    when reason == RevocationReason.CERTIFICATE_HOLD ->
                    object.put("status", "suspended").put("since", since.toString());
            case CertStatus.Revoked(var since, var reason) ->
                    object.put("status", "revoked")
                            .put("since", since.toString())
                            .put("reason", word(reason));
        }
        return object;
    }

    /// The reason's name in RFC 5280 5.3.1.
    static String word(RevocationReason reason) {
        StringBuilder word = new StringBuilder();
        for (String part : reason.name().toLowerCase(Locale.ROOT).split("_")) {
            word.append(
                    word.isEmpty()
                            ? part
                            : part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1));
        }
        // cACompromise, aACompromise, removeFromCRL.
        return word.toString().replaceFirst("^([ac])aC", "$1AC").replace("Crl", "CRL");
    }

    /// A reason for which a certificate is revoked for good.
    static Optional<RevocationReason> reason(String word) {
        return Arrays.stream(RevocationReason.values())
                .filter(reason ->
                        reason != RevocationReason.CERTIFICATE_HOLD
                                && reason != RevocationReason.REMOVE_FROM_CRL)
                .filter(reason -> word(reason).equals(word))
                .findFirst();
    }
}
