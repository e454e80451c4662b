// SPDX-License-Identifier: Apache-2.0
package perennial.ca.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import perennial.ca.CaException;
import perennial.core.advice.Problem;

/// What a node's audit records are verified with. Who holds its fingerprint from a safe place does
/// not have to trust the folder or the database.
public final class AuditPublicKey {
    private static final String BEGIN = "-----BEGIN PUBLIC KEY-----\n";
    private static final String END = "\n-----END PUBLIC KEY-----\n";

    private final Ed25519PublicKeyParameters key;

    AuditPublicKey(Ed25519PublicKeyParameters key) {
        this.key = key;
    }

    /// @param der SubjectPublicKeyInfo (RFC 8410)
    /// @throws CaException FILE_NOT_USABLE when it is not an Ed25519 key
    public static AuditPublicKey ofDer(byte[] der) {
        try {
            if (PublicKeyFactory.createKey(der) instanceof Ed25519PublicKeyParameters ed25519) {
                return new AuditPublicKey(ed25519);
            }
        } catch (IOException | RuntimeException e) {
            throw new CaException(Problem.FILE_NOT_USABLE, "not a public key", e);
        }
        throw new CaException(Problem.FILE_NOT_USABLE, "the audit key must be an Ed25519 key");
    }

    /// @throws CaException FILE_NOT_USABLE when it is not an Ed25519 key in PEM
    public static AuditPublicKey ofPem(String pem) {
        if (!pem.startsWith(BEGIN) || !pem.endsWith(END)) {
            throw new CaException(Problem.FILE_NOT_USABLE, "not a public key in PEM");
        }
        String body = pem.substring(BEGIN.length(), pem.length() - END.length());
        return ofDer(Base64.getMimeDecoder().decode(body.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /// SubjectPublicKeyInfo (RFC 8410).
    public byte[] der() {
        try {
            return SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(key).getEncoded();
        } catch (IOException e) {
            throw new IllegalStateException("a key of ours encodes", e);
        }
    }

    public String pem() {
        return BEGIN + Base64.getEncoder().encodeToString(der()) + END;
    }

    /// SHA-256 of [#der], lower-case hexadecimal.
    public String fingerprint() {
        return HexFormat.of().formatHex(sha256(der()));
    }

    boolean verifies(byte[] message, byte[] signature) {
        return signature.length == Ed25519.SIGNATURE_SIZE
                && key.verify(
                        Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature, 0);
    }

    static byte[] sha256(byte[] octets) {
        return sha256().digest(octets);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AuditPublicKey that && that.fingerprint().equals(fingerprint());
    }

    @Override
    public int hashCode() {
        return fingerprint().hashCode();
    }

    @Override
    public String toString() {
        return fingerprint();
    }
}
