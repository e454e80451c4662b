// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import perennial.core.authority.IssueOutcome;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.Decipherer;
import perennial.core.crypto.Signer;
import perennial.core.renewal.RenewalId;
import perennial.protocol.http.MessageExchange;

/// The end entity's end of CMP: asks for a key update, polls for it and confirms it (RFC 9483
/// 4.1.3, 4.4). Safe for use by many threads; every method may be called again after it failed,
/// also by another client in another process.
public final class CmpClient {
    /// @param old the certificate to be updated
    /// @param key the key to certify
    /// @param protection signs the messages
    /// @param protectionCertificate the certificate of that key: the old one, or, where the old
    ///   one's key must not sign, another of the same subject
    public record Update(
            Certificate old,
            PossessionKey key,
            Signer protection,
            Certificate protectionCertificate) {}

    /// The key to certify, by the way in which its possession is shown.
    public sealed interface PossessionKey {
        /// It may sign, and signs the request (RFC 4211 4.1).
        record Signing(Signer signer) implements PossessionKey {}

        /// It must not sign; the certificate comes encrypted for it (RFC 4211 4.2, 4.3,
        /// subsequentMessage encrCert).
        record Enciphering(Decipherer decipherer) implements PossessionKey {}
    }

    /// @param trustAnchors where the chain of whoever signs the answers must end
    public CmpClient(
            MessageExchange exchange,
            List<Certificate> trustAnchors,
            Clock clock,
            SecureRandom random) {}

    /// Asks for the update.
    ///
    /// @return what the authority says; the certificate has the key asked for and the subject of
    ///   the old one, and is not yet confirmed
    /// @throws ProtocolException when there is no answer or it is not to be believed
    public IssueOutcome update(RenewalId id, Update update) {
        throw new UnsupportedOperationException();
    }

    /// Asks how an update stands that was answered with waiting.
    ///
    /// @throws ProtocolException as for [#update]
    public IssueOutcome poll(RenewalId id, Update update) {
        throw new UnsupportedOperationException();
    }

    /// Confirms that the certificate is installed; repeating it does no harm.
    ///
    /// @throws ProtocolException when the confirmation is not acknowledged
    public void confirm(
            RenewalId id, Certificate fresh, Signer protection, Certificate protectionCertificate) {
        throw new UnsupportedOperationException();
    }
}
