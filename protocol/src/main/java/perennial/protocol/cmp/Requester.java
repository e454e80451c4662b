// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.util.HexFormat;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.DigestAlgorithm;

/// By whom a message is protected; that it is has been verified.
public sealed interface Requester {
    /// It has checked what it asks for, and may ask for others.
    record RegistrationAuthority(Certificate certificate) implements Requester {
        @Override
        public String identity() {
            return "ra " + subjectDigest(certificate);
        }
    }

    /// The holder of a certificate that this authority issued.
    record Holder(Certificate certificate) implements Requester {
        @Override
        public String identity() {
            return "holder " + subjectDigest(certificate);
        }
    }

    /// Somebody who was given the secret of one enrolment.
    ///
    /// @param reference of the secret, hexadecimal
    record Enrolee(String reference) implements Requester {
        @Override
        public String identity() {
            return "secret " + reference;
        }

        static Enrolee of(byte[] reference) {
            return new Enrolee(HexFormat.of().formatHex(reference));
        }

        /// The senderKID.
        public byte[] octets() {
            return HexFormat.of().parseHex(reference);
        }
    }

    /// One of the others, whose message a registration authority has seen and forwarded unchanged
    /// under its own protection (RFC 9483 5.2.2.1).
    ///
    /// @param by the registration authority's certificate
    record Approved(Requester requester, Certificate by) implements Requester {
        @Override
        public String identity() {
            return requester.identity();
        }
    }

    /// The same for all messages of one transaction, also when a certificate has been renewed
    /// meanwhile: it names the subject, or the secret. At most 80 ASCII characters for a subject,
    /// 135 for a secret.
    String identity();

    private static String subjectDigest(Certificate certificate) {
        return HexFormat.of()
                .formatHex(DigestAlgorithm.SHA_256.digest(certificate.subject().getEncoded()));
    }
}
