// SPDX-License-Identifier: Apache-2.0
package perennial.cli.sweep;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Collections;

/// A process of its own that looks at the card through the JDK's SunPKCS11 and OpenSC's module.
final class SunPkcs11Look {
    /// What it prints when a key that it finds signs for the certificate.
    static final String AGREES = "AGREES";

    private static final byte[] MESSAGE = "agreement".getBytes(StandardCharsets.UTF_8);

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
            if (store.getCertificate(alias) instanceof X509Certificate held
                    && held.getSerialNumber().equals(new BigInteger(arguments[0], 16))
                    && store.getKey(alias, null) instanceof PrivateKey key) {
                Signature signer = Signature.getInstance("SHA256withECDSA", opensc);
                signer.initSign(key);
                signer.update(MESSAGE);
                byte[] signature = signer.sign();
                Signature verifier = Signature.getInstance("SHA256withECDSA");
                verifier.initVerify(held);
                verifier.update(MESSAGE);
                System.out.println(verifier.verify(signature) ? AGREES : "signs with another key");
                return;
            }
        }
        System.out.println("does not find " + arguments[0]);
    }
}
