// SPDX-License-Identifier: Apache-2.0
package perennial.cli.sweep;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Provider;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.util.Collections;

/// A process of its own that looks at the card through the JDK's SunPKCS11 and OpenSC's module: the
/// new certificate has to be there, with a private key beside it.
///
/// It does not sign: SunPKCS11 never presents the PIN again before a signature, as the signature
/// key of a PIV card wants (CKA_ALWAYS_AUTHENTICATE); that is `pkcs11-tool`'s part.
final class SunPkcs11Look {
    /// What it prints when it finds the certificate and its key.
    static final String AGREES = "AGREES";

    private SunPkcs11Look() {}

    /// Arguments: the certificate's serial number in hexadecimal, OpenSC's module.
    static void main(String[] arguments) throws GeneralSecurityException, IOException {
        Provider opensc =
                Security.getProvider("SunPKCS11")
                        .configure(
                                "--name=opensc\nlibrary=%s\nslotListIndex=0\n"
                                        .formatted(arguments[1]));
        KeyStore store = KeyStore.getInstance("PKCS11", opensc);
        store.load(null, Agreement.pinOfEnvironment());
        for (String alias : Collections.list(store.aliases())) {
            if (store.isKeyEntry(alias)
                    && store.getCertificate(alias) instanceof X509Certificate held
                    && held.getSerialNumber().equals(new BigInteger(arguments[0], 16))) {
                System.out.println(AGREES);
                return;
            }
        }
        System.out.println("does not find " + arguments[0]);
    }
}
