// SPDX-License-Identifier: Apache-2.0
package perennial.cli.server;

import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import perennial.core.certificate.Certificate;

/// How a listener speaks TLS 1.2 and 1.3.
///
/// @param credential asked at every handshake, so that a renewed certificate is used at once
/// @param clients the authorities whose certificates a client may show; none has to be shown
/// @param clock by which a client's certificate is valid or not
public record TlsSettings(
        Supplier<TlsCredential> credential, List<Certificate> clients, Clock clock) {
    public TlsSettings {
        clients = List.copyOf(clients);
    }
}
