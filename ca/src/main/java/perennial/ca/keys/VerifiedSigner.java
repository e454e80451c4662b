// SPDX-License-Identifier: Apache-2.0
package perennial.ca.keys;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Arrays;
import java.util.Objects;
import perennial.ca.CaException;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyPlaceException;
import perennial.core.crypto.SignatureAlgorithm;
import perennial.core.crypto.Signer;

/// A key whose every signature is verified under its certificate before anyone else sees it: a
/// faulty computation, or another key under the same name in an HSM, must not leave this place.
/// What its place throws becomes the door's exception.
public final class VerifiedSigner implements Signer {
    private final Signer signer;
    private final Certificate certificate;

    /// @throws CaException AUTHORITY_KEY_WRONG when the certificate is another key's
    public VerifiedSigner(Signer signer, Certificate certificate) {
        if (!Arrays.equals(signer.publicKey().getEncoded(), certificate.publicKey().getEncoded())) {
            throw new CaException(
                    Problem.AUTHORITY_KEY_WRONG,
                    "the key is not that of the certificate %s".formatted(certificate));
        }
        this.signer = signer instanceof VerifiedSigner verified ? verified.signer : signer;
        this.certificate = certificate;
    }

    @Override
    public SignatureAlgorithm algorithm() {
        return signer.algorithm();
    }

    @Override
    public PublicKey publicKey() {
        return certificate.publicKey();
    }

    @Override
    public byte[] sign(byte[] message) {
        try {
            byte[] value = signer.sign(message);
            Signature verifier = verifier();
            verifier.update(message);
            return verified(verifier, value);
        } catch (KeyPlaceException e) {
            throw new CaException(e.problem(), Objects.toString(e.getMessage()), e);
        } catch (SignatureException e) {
            throw faulty(e);
        }
    }

    @Override
    public byte[] sign(InputStream message) throws IOException {
        Signature verifier = verifier();
        try {
            return verified(verifier, signer.sign(new Overheard(message, verifier)));
        } catch (KeyPlaceException e) {
            throw new CaException(e.problem(), Objects.toString(e.getMessage()), e);
        }
    }

    private Signature verifier() {
        try {
            return signer.algorithm().verifier(certificate.publicKey());
        } catch (GeneralSecurityException e) {
            throw faulty(e);
        }
    }

    private static byte[] verified(Signature verifier, byte[] value) {
        try {
            if (!verifier.verify(value)) {
                throw new CaException(
                        Problem.SIGNATURE_FAULTY, "a key made a signature that does not verify");
            }
            return value;
        } catch (SignatureException e) {
            throw faulty(e);
        }
    }

    private static CaException faulty(GeneralSecurityException e) {
        return new CaException(
                Problem.SIGNATURE_FAULTY, "a key made a signature that does not verify", e);
    }

    /// What the signer reads, the verifier reads as well: a long message is read once.
    private static final class Overheard extends FilterInputStream {
        private final Signature verifier;

        Overheard(InputStream message, Signature verifier) {
            super(message);
            this.verifier = verifier;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            int read = super.read(to, offset, length);
            if (read > 0) {
                try {
                    verifier.update(to, offset, read);
                } catch (SignatureException e) {
                    throw new IllegalStateException("the verifier is ready for its message", e);
                }
            }
            return read;
        }

        /// Octets that are skipped would be signed by nobody.
        @Override
        public long skip(long octets) throws IOException {
            return readNBytes((int) Math.min(octets, Short.MAX_VALUE)).length;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
