// SPDX-License-Identifier: Apache-2.0
package perennial.core.crypto;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/// The signature algorithms that cards and authorities of ours use. A key signs with one algorithm
/// only, and which one can be told from its public half: RSA keys that sign by PSS say so in their
/// SubjectPublicKeyInfo (id-RSASSA-PSS, RFC 4055 1.2).
///
/// Cards speak the first two alone, whatever the length of their keys: [#ofCard].
public enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 8.2); parameters NULL (RFC 4055 5).
    SHA256_WITH_RSA("SHA256withRSA", "300d06092a864886f70d01010b0500"),
    /// ECDSA with SHA-256, DER-encoded signature value; no parameters (RFC 5758 3.2).
    SHA256_WITH_ECDSA("SHA256withECDSA", "300a06082a8648ce3d040302"),
    /// The same with SHA-384, for P-384.
    SHA384_WITH_ECDSA("SHA384withECDSA", "300a06082a8648ce3d040303"),
    /// RSASSA-PSS with SHA-256, MGF1 with SHA-256 and 32 octets of salt (RFC 4055 3.1).
    SHA256_WITH_RSA_PSS(
            "RSASSA-PSS",
            "304106092a864886f70d01010a3034a00f300d06096086480165030402010500"
                    + "a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120"),
    /// Ed25519 (RFC 8032); no parameters (RFC 8410 3).
    ED25519("Ed25519", "300506032b6570"),
    /// ML-DSA, not pre-hashed (FIPS 204 5.2); no parameters.
    ML_DSA_44("ML-DSA-44", "300b0609608648016503040311"),
    ML_DSA_65("ML-DSA-65", "300b0609608648016503040312"),
    ML_DSA_87("ML-DSA-87", "300b0609608648016503040313");

    private static final int P_384_BITS = 384;
    private static final PSSParameterSpec PSS =
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1);

    private final String jdkName;
    private final String identifier;

    SignatureAlgorithm(String jdkName, String identifier) {
        this.jdkName = jdkName;
        this.identifier = identifier;
    }

    /// The name for [java.security.Signature#getInstance(String)]; see [#verifier] for PSS.
    public String jdkName() {
        return jdkName;
    }

    /// The AlgorithmIdentifier as it stands in certificates, DER.
    public byte[] identifier() {
        return HexFormat.of().parseHex(identifier);
    }

    /// The one with this AlgorithmIdentifier, octet for octet.
    public static Optional<SignatureAlgorithm> ofIdentifier(byte[] der) {
        return Arrays.stream(values())
                .filter(one -> Arrays.equals(one.identifier(), der))
                .findFirst();
    }

    /// The algorithm that an authority's key of this kind signs with.
    ///
    /// @throws IllegalArgumentException for a key of another family
    public static SignatureAlgorithm forKey(PublicKey key) {
        return switch (key.getAlgorithm()) {
            case "RSA" -> SHA256_WITH_RSA;
            case "RSASSA-PSS" -> SHA256_WITH_RSA_PSS;
            case "EC" -> isP384(key) ? SHA384_WITH_ECDSA : SHA256_WITH_ECDSA;
            case "EdDSA", "ML-DSA" -> ofParameterSet(key);
            default ->
                    throw new IllegalArgumentException(
                            "no signature algorithm for a key of " + key.getAlgorithm());
        };
    }

    /// The algorithm that a card's key signs with: SHA-256 for every length, which every card can.
    ///
    /// @throws IllegalArgumentException for a key that is neither RSA nor EC
    public static SignatureAlgorithm ofCard(PublicKey key) {
        return switch (key.getAlgorithm()) {
            case "RSA" -> SHA256_WITH_RSA;
            case "EC" -> SHA256_WITH_ECDSA;
            default ->
                    throw new IllegalArgumentException(
                            "expected an RSA or EC key, got " + key.getAlgorithm());
        };
    }

    /// Ready to be updated with the message and to verify.
    ///
    /// @throws GeneralSecurityException when the key does not fit
    public Signature verifier(PublicKey key) throws GeneralSecurityException {
        Signature signature = instance();
        signature.initVerify(key);
        return signature;
    }

    /// Ready to be updated with the message and to sign, with fresh randomness where the algorithm
    /// has any.
    ///
    /// @throws GeneralSecurityException when the key does not fit
    public Signature signer(PrivateKey key) throws GeneralSecurityException {
        Signature signature = instance();
        signature.initSign(key);
        return signature;
    }

    /// Whether this is a signature of the key's over the message; false for a key or a value that
    /// does not fit.
    public boolean verifies(PublicKey key, byte[] message, byte[] value) {
        try {
            Signature verifier = verifier(key);
            verifier.update(message);
            return verifier.verify(value);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private Signature instance() throws GeneralSecurityException {
        Signature signature = Signature.getInstance(jdkName);
        if (this == SHA256_WITH_RSA_PSS) {
            signature.setParameter(PSS);
        }
        return signature;
    }

    private static boolean isP384(PublicKey key) {
        return key instanceof ECPublicKey ec && ec.getParams().getOrder().bitLength() == P_384_BITS;
    }

    private static SignatureAlgorithm ofParameterSet(PublicKey key) {
        String name =
                key.getParams() instanceof NamedParameterSpec parameters
                        ? parameters.getName()
                        : "";
        return Arrays.stream(values())
                .filter(one -> one.jdkName.equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "no signature algorithm for the parameters " + name));
    }
}
