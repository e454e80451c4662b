// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.cms.EnvelopedData;
import perennial.core.authority.FailInfo;
import perennial.core.authority.ProofOfPossession;
import perennial.core.authority.RevocationRequest;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.core.renewal.PermissionOutcome;
import perennial.core.renewal.RenewalTerms;

/// What a message says, without header and protection. Names are those of RFC 9810 5.1.2.
sealed interface CmpMessage {
    /// What a certificate request asks for; a signature proof of possession has been verified.
    ///
    /// @param old from the oldCertId control; absent for the certificate that the message's
    ///   protection belongs to
    /// @param notAfter from the template
    record Requested(
            Optional<CertificateId> old,
            X500Principal subject,
            PublicKey key,
            ProofOfPossession proof,
            Optional<Instant> notAfter) {}

    /// Key update request.
    record Kur(Requested requested) implements CmpMessage {}

    /// Initialization request; to a registration authority one for a new key in place of an
    /// overwritten one.
    record Ir(Requested requested) implements CmpMessage {}

    /// Certification request.
    record Cr(Requested requested) implements CmpMessage {}

    /// Certification request in PKCS #10.
    record P10cr(Requested requested) implements CmpMessage {}

    /// Revocation request.
    record Rr(RevocationRequest request) implements CmpMessage {}

    /// Response to that: done.
    record Rp() implements CmpMessage {}

    /// Response to a request with the certificate in the clear.
    record Kup(Certificate certificate) implements CmpMessage {}

    /// Response to a request with the certificate encrypted for its own key.
    record EncryptedKup(EnvelopedData certificate) implements CmpMessage {}

    /// A response or error of status waiting.
    record Waiting() implements CmpMessage {}

    /// A response of status rejection, or an error.
    record Refusal(FailInfo reason, String text) implements CmpMessage {}

    /// @param certHash absent for the empty confirmation, which rejects (RFC 9810 5.3.18)
    /// @param hashName the JDK's name of an explicit hashAlg; absent for that of the certificate's
    ///   signature
    /// @param certReqId 0, or -1 where PKCS #10 was asked with (RFC 9483 4.1.4)
    /// @param accepted whether the holder keeps the certificate
    record CertConf(
            Optional<byte[]> certHash,
            Optional<String> hashName,
            int certReqId,
            boolean accepted,
            String text)
            implements CmpMessage {}

    record PkiConf() implements CmpMessage {}

    record PollReq() implements CmpMessage {}

    record PollRep(Duration checkAfter) implements CmpMessage {}

    /// General message: what is wanted for these certificates (`RenewalTermsReq`).
    record TermsReq(List<CertificateId> certificates) implements CmpMessage {
        public TermsReq {
            certificates = List.copyOf(certificates);
        }
    }

    /// General response: one answer per certificate, in order (`RenewalTermsRep`).
    record TermsRep(List<RenewalTerms> terms) implements CmpMessage {
        public TermsRep {
            terms = List.copyOf(terms);
        }
    }

    /// General message: may the key of this certificate be overwritten (`ReKeyPermissionReq`).
    record PermissionReq(CertificateId old) implements CmpMessage {}

    /// General response to that (`ReKeyPermissionRep`).
    record PermissionRep(PermissionOutcome outcome) implements CmpMessage {}

    /// General message: the authorities' certificates (RFC 9483 4.3.1).
    record CaCertsReq() implements CmpMessage {}

    /// General response to that; none when there are none to tell.
    record CaCertsRep(List<Certificate> certificates) implements CmpMessage {
        public CaCertsRep {
            certificates = List.copyOf(certificates);
        }
    }

    /// A general response that does not say what was asked: its sender does not know the question
    /// (RFC 9810 5.3.20).
    record UnknownRep() implements CmpMessage {}

    /// General message: what is to be trusted in place of this root (RFC 9483 4.3.2).
    record RootUpdateReq(Optional<Certificate> root) implements CmpMessage {}

    /// General message: what should a request look like (RFC 9483 4.3.3).
    record TemplateReq() implements CmpMessage {}

    /// General message: the newest CRL (RFC 9483 4.3.4).
    ///
    /// @param single asked for by currentCRL (RFC 9810 5.3.19.6) and to be answered so
    record CrlReq(CrlQuestion question, boolean single) implements CmpMessage {}

    /// General message: the status of a certificate (`CertificateStatusReq`).
    record StatusReq(CertificateId certificate) implements CmpMessage {}

    /// General response to that (`CertificateStatusRep`).
    record StatusRep(CertStatus status) implements CmpMessage {}
}
