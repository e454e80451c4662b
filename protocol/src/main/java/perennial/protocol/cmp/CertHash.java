// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import org.bouncycastle.asn1.cmp.PKIHeader;
import perennial.core.authority.FailInfo;
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

    /// That a confirmation is of this certificate.
    ///
    /// @param kind of the request that the certificate answered
    /// @throws InvalidMessageException when it is not
    static void check(
            ReceivedMessage message,
            CmpMessage.CertConf certConf,
            Certificate fresh,
            RequestKind kind) {
        if (certConf.hashName().isPresent()
                && !message.header().getPvno().hasValue(PKIHeader.CMP_2021)) {
            throw new InvalidMessageException(FailInfo.badRequest, "hashAlg takes pvno 3");
        }
        if (certConf.certHash().isEmpty()) {
            return;
        }
        if (certConf.certReqId() != kind.certReqId()) {
            throw new InvalidMessageException(
                    FailInfo.badRequest, "expected the status of request " + kind.certReqId());
        }
        byte[] expected =
                certConf.hashName().map(name -> of(fresh, name)).orElseGet(() -> of(fresh));
        if (!MessageDigest.isEqual(certConf.certHash().get(), expected)) {
            throw new InvalidMessageException(
                    FailInfo.badCertId, "certHash is not of the certificate issued");
        }
    }
}
