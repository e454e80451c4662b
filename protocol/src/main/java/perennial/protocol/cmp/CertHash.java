// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import perennial.core.certificate.Certificate;

/// The digest by which a confirmation names its certificate (RFC 9810 5.3.18).
final class CertHash {
    private CertHash() {}

    /// By the hash algorithm that the certificate itself is signed with.
    static byte[] of(Certificate certificate) {
        String signature = certificate.x509().getSigAlgName().toUpperCase(Locale.ROOT);
        if (signature.startsWith("SHA384")) {
            return of(certificate, "SHA-384");
        }
        return of(certificate, signature.startsWith("SHA512") ? "SHA-512" : "SHA-256");
    }

    /// @param hashName the JDK's name of the hash algorithm
    static byte[] of(Certificate certificate, String hashName) {
        try {
            return MessageDigest.getInstance(hashName).digest(certificate.der());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + hashName, e);
        }
    }
}
