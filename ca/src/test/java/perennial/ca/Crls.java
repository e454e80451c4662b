// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.Extension;
import perennial.core.certificate.Certificate;

/// CRLs as the JDK reads them.
final class Crls {
    private Crls() {}

    /// A CRL whose signature holds.
    static X509CRL verified(byte[] der, Certificate issuer) {
        try {
            X509CRL crl =
                    (X509CRL)
                            CertificateFactory.getInstance("X.509")
                                    .generateCRL(new ByteArrayInputStream(der));
            crl.verify(issuer.publicKey());
            return crl;
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static BigInteger number(X509CRL crl) {
        return integer(crl.getExtensionValue(Extension.cRLNumber.getId()));
    }

    /// The INTEGER in an extension's value.
    static BigInteger integer(byte[] extension) {
        return ASN1Integer.getInstance(ASN1OctetString.getInstance(extension).getOctets())
                .getValue();
    }
}
