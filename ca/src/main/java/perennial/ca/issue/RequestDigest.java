// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.temporal.ChronoUnit;
import java.util.TreeMap;
import perennial.core.authority.CertificationRequest;
import perennial.core.certificate.Certificate;

/// What was asked for, in 32 octets: two requests of one transaction are the same request only if
/// these are equal.
final class RequestDigest {
    private RequestDigest() {}

    /// SHA-256 over each part with its length before it.
    static byte[] of(CertificationRequest request) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
        part(digest, text(request.profile()));
        part(digest, request.subject().getEncoded());
        part(digest, request.key().getEncoded());
        part(digest, text(request.proof().name()));
        part(digest, request.replaces().map(Certificate::der).orElse(new byte[0]));
        part(
                digest,
                text(
                        request.notAfter()
                                .map(end -> end.truncatedTo(ChronoUnit.SECONDS).toString())
                                .orElse("")));
        part(digest, text(request.details().mail().orElse("")));
        new TreeMap<>(request.details().directoryAttributes())
                .forEach((type, value) -> {
                    part(digest, text(type));
                    part(digest, text(value));
                });
        return digest.digest();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void part(MessageDigest digest, byte[] part) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).flip());
        digest.update(part);
    }
}
