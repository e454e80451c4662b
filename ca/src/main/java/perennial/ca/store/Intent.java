// SPDX-License-Identifier: Apache-2.0
package perennial.ca.store;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import perennial.core.certificate.SerialNumber;

/// What the authority means to issue, as it is written down before the signature exists.
///
/// @param authority the number of the issuing key, see [AuthorityStore#bind]
/// @param requestDigest SHA-256 of what was asked for, so that a transaction cannot be used twice
/// @param replaces the certificate that is renewed; each at most once
/// @param tbs exactly the bytes to be signed
/// @param notAfter the end that stands in these bytes
/// @param crlPartition which of the authority's CRLs would list it; never changes
public record Intent(
        SerialNumber serialNumber,
        short authority,
        UUID transaction,
        byte[] requestDigest,
        Optional<SerialNumber> replaces,
        String profile,
        byte[] tbs,
        Instant notAfter,
        short crlPartition,
        Instant intendedAt) {}
