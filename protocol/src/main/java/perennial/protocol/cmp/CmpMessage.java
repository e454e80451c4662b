// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.security.PublicKey;
import java.time.Duration;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.cms.EnvelopedData;
import perennial.core.authority.FailInfo;
import perennial.core.authority.ProofOfPossession;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;

/// What a message says, without header and protection. Names are those of RFC 9810 5.1.2.
sealed interface CmpMessage {
    /// Key update request; a signature proof of possession has been verified.
    ///
    /// @param old from the oldCertId control; absent for the certificate that protects the message
    record Kur(
            Optional<CertificateId> old,
            X500Principal subject,
            PublicKey key,
            ProofOfPossession proof)
            implements CmpMessage {}

    /// Key update response with the certificate in the clear.
    record Kup(Certificate certificate) implements CmpMessage {}

    /// Key update response with the certificate encrypted for its own key.
    record EncryptedKup(EnvelopedData certificate) implements CmpMessage {}

    /// A response or error of status waiting.
    record Waiting() implements CmpMessage {}

    /// A response of status rejection, or an error.
    record Refusal(FailInfo reason, String text) implements CmpMessage {}

    /// @param certHash absent for the empty confirmation, which rejects (RFC 9810 5.3.18)
    /// @param hashName the JDK's name of an explicit hashAlg; absent for that of the certificate's
    ///   signature
    /// @param accepted whether the holder keeps the certificate
    record CertConf(
            Optional<byte[]> certHash, Optional<String> hashName, boolean accepted, String text)
            implements CmpMessage {}

    record PkiConf() implements CmpMessage {}

    record PollReq() implements CmpMessage {}

    record PollRep(Duration checkAfter) implements CmpMessage {}
}
