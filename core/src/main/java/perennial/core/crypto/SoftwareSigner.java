// SPDX-License-Identifier: Apache-2.0
package perennial.core.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.Signature;

/// A [Signer] over a key in memory, for authorities whose keys live in PKCS #12 and for software
/// holders.
public final class SoftwareSigner implements Signer {
    private static final int BUFFER_OCTETS = 64 * 1024;

    private final KeyPair pair;
    private final SignatureAlgorithm algorithm;

    public SoftwareSigner(KeyPair pair) {
        this.pair = pair;
        this.algorithm = SignatureAlgorithm.forKey(pair.getPublic());
    }

    @Override
    public SignatureAlgorithm algorithm() {
        return algorithm;
    }

    @Override
    public PublicKey publicKey() {
        return pair.getPublic();
    }

    @Override
    public byte[] sign(byte[] message) {
        try {
            Signature signature = algorithm.signer(pair.getPrivate());
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key of this kind signs with " + algorithm, e);
        }
    }

    @Override
    public byte[] sign(InputStream message) throws IOException {
        try {
            Signature signature = algorithm.signer(pair.getPrivate());
            byte[] buffer = new byte[BUFFER_OCTETS];
            for (int read = message.read(buffer); read >= 0; read = message.read(buffer)) {
                signature.update(buffer, 0, read);
            }
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key of this kind signs with " + algorithm, e);
        }
    }
}
