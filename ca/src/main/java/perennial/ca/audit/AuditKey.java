// SPDX-License-Identifier: Apache-2.0
package perennial.ca.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import perennial.ca.CaException;
import perennial.ca.Passphrase;
import perennial.ca.keys.SecretFile;
import perennial.core.advice.Problem;

/// A node's Ed25519 key for its audit records. It signs nothing else.
///
/// The library's implementation is used below its provider: it is several times as fast as the
/// JDK's, and every record is signed by one thread.
public final class AuditKey {
    private static final String PBES2_AES = "PBEWithHmacSHA256AndAES_256";
    private static final int SALT_OCTETS = 16;
    private static final int ITERATIONS = 10_000;
    private static final String BEGIN = "-----BEGIN ENCRYPTED PRIVATE KEY-----\n";
    private static final String END = "\n-----END ENCRYPTED PRIVATE KEY-----\n";

    private final Ed25519PrivateKeyParameters key;
    private final AuditPublicKey publicKey;

    private AuditKey(Ed25519PrivateKeyParameters key) {
        this.key = key;
        this.publicKey = new AuditPublicKey(key.generatePublicKey());
    }

    /// Reads the key from its file, encrypted PKCS #8 in PEM, or makes it when there is none.
    ///
    /// @throws CaException FILE_NOT_USABLE, also for a wrong passphrase
    public static AuditKey open(Path file, Passphrase passphrase, SecureRandom random) {
        if (Files.exists(file)) {
            return new AuditKey(passphrase.lend(secret -> read(file, secret)));
        }
        Ed25519PrivateKeyParameters fresh = new Ed25519PrivateKeyParameters(random);
        SecretFile.write(file, passphrase.lend(secret -> encode(fresh, secret, random)));
        return new AuditKey(fresh);
    }

    public AuditPublicKey publicKey() {
        return publicKey;
    }

    byte[] sign(byte[] message) {
        byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
        key.sign(Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature, 0);
        return signature;
    }

    private static Ed25519PrivateKeyParameters read(Path file, char[] secret) {
        try {
            String pem = Files.readString(file, StandardCharsets.US_ASCII);
            if (!pem.startsWith(BEGIN) || !pem.endsWith(END)) {
                throw new IOException("not an encrypted private key");
            }
            String body = pem.substring(BEGIN.length(), pem.length() - END.length());
            EncryptedPrivateKeyInfo info =
                    new EncryptedPrivateKeyInfo(Base64.getMimeDecoder().decode(body));
            byte[] clear =
                    cipher(Cipher.DECRYPT_MODE, secret, info.getAlgParameters())
                            .doFinal(info.getEncryptedData());
            try {
                AsymmetricKeyParameter key = PrivateKeyFactory.createKey(clear);
                if (key instanceof Ed25519PrivateKeyParameters ed25519) {
                    return ed25519;
                }
                throw new IOException("not an Ed25519 key");
            } finally {
                Arrays.fill(clear, (byte) 0);
            }
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new CaException(
                    Problem.FILE_NOT_USABLE,
                    "%s cannot be read with this passphrase".formatted(file.getFileName()),
                    e);
        }
    }

    private static byte[] encode(
            Ed25519PrivateKeyParameters key, char[] secret, SecureRandom random) {
        byte[] salt = new byte[SALT_OCTETS];
        byte[] start = new byte[SALT_OCTETS];
        random.nextBytes(salt);
        random.nextBytes(start);
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance(PBES2_AES);
            parameters.init(new PBEParameterSpec(salt, ITERATIONS, new IvParameterSpec(start)));
            byte[] clear = PrivateKeyInfoFactory.createPrivateKeyInfo(key).getEncoded();
            try {
                Cipher cipher = cipher(Cipher.ENCRYPT_MODE, secret, parameters);
                byte[] der =
                        new org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo(
                                        pbes2(cipher.getParameters()), cipher.doFinal(clear))
                                .getEncoded();
                String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
                return (BEGIN + body + END).getBytes(StandardCharsets.US_ASCII);
            } finally {
                Arrays.fill(clear, (byte) 0);
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("every JDK encrypts with " + PBES2_AES, e);
        }
    }

    /// The JDK reads this structure, and does not write it for algorithms of PBES2.
    private static AlgorithmIdentifier pbes2(AlgorithmParameters parameters) throws IOException {
        return new AlgorithmIdentifier(
                PKCSObjectIdentifiers.id_PBES2,
                ASN1Primitive.fromByteArray(parameters.getEncoded()));
    }

    private static Cipher cipher(int mode, char[] secret, AlgorithmParameters parameters)
            throws GeneralSecurityException {
        PBEKeySpec spec = new PBEKeySpec(secret);
        try {
            SecretKey key = SecretKeyFactory.getInstance(PBES2_AES).generateSecret(spec);
            Cipher cipher = Cipher.getInstance(PBES2_AES);
            cipher.init(mode, key, parameters);
            return cipher;
        } finally {
            spec.clearPassword();
        }
    }
}
