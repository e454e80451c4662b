// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import perennial.core.certificate.Certificate;
import perennial.protocol.http.BytesHandler;

/// The server's end of CMP: key updates, their confirmation and polling (RFC 9483 4.1.3, 4.4),
/// answered from an [UpdateService]. Safe for use by many threads; holds no state of its own.
public final class CmpEndpoint implements BytesHandler {
    /// @param ra what answers are signed with
    /// @param trusted the authorities whose certificates may protect a request; they share one name
    ///   space, so that one subject is one holder
    public CmpEndpoint(
            UpdateService service,
            Credential ra,
            List<Certificate> trusted,
            Clock clock,
            SecureRandom random) {}

    @Override
    public Answer handle(Request request) {
        throw new UnsupportedOperationException();
    }

    /// Answers one PKIMessage with one PKIMessage, whatever the request is.
    public byte[] answer(byte[] request) {
        throw new UnsupportedOperationException();
    }
}
