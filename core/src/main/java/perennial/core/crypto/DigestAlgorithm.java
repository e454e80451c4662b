// SPDX-License-Identifier: Apache-2.0
package perennial.core.crypto;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/// The digests that pages of others ask signatures for. What Perennial itself signs is SHA-256
/// ([SignatureAlgorithm]); SHA-1 is here for relying parties that know nothing else.
public enum DigestAlgorithm {
    SHA_1("SHA-1", 20, "3021300906052b0e03021a05000414"),
    SHA_256("SHA-256", 32, "3031300d060960864801650304020105000420"),
    SHA_384("SHA-384", 48, "3041300d060960864801650304020205000430"),
    SHA_512("SHA-512", 64, "3051300d060960864801650304020305000440");

    private final String jdkName;
    private final int octets;
    private final String prefix;

    DigestAlgorithm(String jdkName, int octets, String prefix) {
        this.jdkName = jdkName;
        this.octets = octets;
        this.prefix = prefix;
    }

    /// The name for [MessageDigest#getInstance(String)].
    public String jdkName() {
        return jdkName;
    }

    /// The length of a digest.
    public int octets() {
        return octets;
    }

    /// The one whose digests have this length.
    public static Optional<DigestAlgorithm> ofLength(int octets) {
        return Arrays.stream(values()).filter(one -> one.octets == octets).findFirst();
    }

    public byte[] digest(byte[] message) {
        try {
            return MessageDigest.getInstance(jdkName).digest(message);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + jdkName, e);
        }
    }

    /// DigestInfo in DER (RFC 8017 9.2 note 1).
    ///
    /// @throws IllegalArgumentException for a digest of another length
    public byte[] digestInfo(byte[] digest) {
        if (digest.length != octets) {
            throw new IllegalArgumentException(
                    "%s has %d octets, got %d".formatted(this, octets, digest.length));
        }
        byte[] head = HexFormat.of().parseHex(prefix);
        return ByteBuffer.allocate(head.length + octets).put(head).put(digest).array();
    }
}
