// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.http;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import perennial.core.certificate.Certificate;

/// A service that a server mounts at a path: octets in, octets out, no framework. Safe for use by
/// many threads.
@FunctionalInterface
public interface BytesHandler {
    Answer handle(Request request);

    /// @param method as the client wrote it, but GET for a HEAD: the server leaves the body out
    /// @param path what follows the mount point, not decoded, without query; empty or beginning
    ///   with a slash
    /// @param query what follows the question mark, not decoded; empty when there is none
    /// @param headers header fields by their names, which have no case; a field that came more than
    ///   once has its values joined by commas (RFC 9110 5.3)
    /// @param peer the client's certificate and those above it, once the TLS handshake has proven
    ///   the key and verified the chain; empty without
    /// @param body at most as long as the mount allows
    record Request(
            String method,
            String path,
            String query,
            Map<String, String> headers,
            List<Certificate> peer,
            byte[] body) {
        public Request {
            Map<String, String> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            byName.putAll(headers);
            headers = Collections.unmodifiableMap(byName);
            peer = List.copyOf(peer);
        }

        /// A request that says nothing beyond its body, by nobody in particular.
        public Request(String method, String path, byte[] body) {
            this(method, path, "", Map.of(), List.of(), body);
        }

        /// The value of a header field.
        ///
        /// @param name in any case
        public Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name));
        }
    }

    /// @param status HTTP status code
    /// @param contentType media type of the body
    /// @param headers further header fields
    record Answer(int status, String contentType, Map<String, String> headers, byte[] body) {
        public Answer {
            headers = Map.copyOf(headers);
        }
    }
}
