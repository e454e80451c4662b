// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.util.List;
import java.util.Optional;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;

/// What an authority tells about itself in general messages (RFC 9483 4.3). Safe for use by many
/// threads.
public interface SupportService {
    /// The certificates that a chain from this authority's needs, without the trust anchor's own
    /// keys being trusted by that (RFC 9483 4.3.1).
    List<Certificate> caCertificates();

    /// What is to be trusted in place of a root (RFC 9483 4.3.2); empty when it is the current one.
    ///
    /// @param old absent where the question does not name it
    Optional<RootUpdate> rootUpdate(Optional<Certificate> old);

    /// What a request by this profile should look like (RFC 9483 4.3.3); empty when there is
    /// nothing to say.
    ///
    /// @param profile absent for the authority's usual one
    Optional<RequestTemplate> template(Optional<String> profile);

    /// The newest CRL (RFC 9483 4.3.4), DER; empty when there is none newer than the one the asker
    /// has, or none of that source.
    Optional<byte[]> crl(CrlQuestion question);

    CertStatus status(CertificateId certificate);
}
