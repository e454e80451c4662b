// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.util.Collections;
import java.util.List;

/// A program of its own: what the JDK's PKCS #11 key store finds through a module, one line for
/// each alias, and whether a signature of its key is true to its certificate. Takes the module's
/// path; the PIN is in the environment.
final class SunPkcs11Listing {
    private SunPkcs11Listing() {}

    public static void main(String[] arguments) throws GeneralSecurityException, IOException {
        Provider provider =
                Security.getProvider("SunPKCS11")
                        .configure("--name=card\nslotListIndex=0\nlibrary=" + arguments[0]);
        KeyStore store = KeyStore.getInstance("PKCS11", provider);
        store.load(null, System.getenv("PIN").toCharArray());
        List<String> aliases = Collections.list(store.aliases());
        Collections.sort(aliases);
        for (String alias : aliases) {
            Key key = store.getKey(alias, null);
            if (key instanceof PrivateKey privateKey) {
                Signature signer = Signature.getInstance("SHA256withRSA", provider);
                signer.initSign(privateKey);
                byte[] signature = signer.sign();
                Signature verifier = Signature.getInstance("SHA256withRSA");
                verifier.initVerify(store.getCertificate(alias).getPublicKey());
                System.out.println(alias + " " + verifier.verify(signature));
            }
        }
    }
}
