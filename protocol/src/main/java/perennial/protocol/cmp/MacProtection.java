// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.cmp.CMPObjectIdentifiers;
import org.bouncycastle.asn1.cmp.PBMParameter;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIHeader;
import org.bouncycastle.asn1.cmp.PKIHeaderBuilder;
import org.bouncycastle.asn1.cmp.PKIMessage;
import org.bouncycastle.asn1.iana.IANAObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PBMAC1Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.params.KeyParameter;
import perennial.core.authority.FailInfo;

/// MAC-based message protection by a shared secret (RFC 9810 5.1.3.1, RFC 9481 6.1): PBMAC1 is
/// written, PasswordBasedMac, which OpenSSL 3.0 speaks, is read and answered, too.
final class MacProtection {
    /// Enough for a secret of full entropy; the other side pays for each message as well.
    private static final int ITERATIONS = 2048;

    /// Bounds what one message may cost before it is believed.
    private static final int MIN_ITERATIONS = 100;

    private static final int MAX_ITERATIONS = 20_000;
    private static final int SALT_OCTETS = 16;
    private static final int MAX_SALT_OCTETS = 64;
    private static final int KEY_OCTETS = 32;
    private static final int MAX_KEY_OCTETS = 64;

    private static final AlgorithmIdentifier HMAC_SHA256 =
            new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE);

    private static final Map<ASN1ObjectIdentifier, String> MACS =
            Map.of(
                    PKCSObjectIdentifiers.id_hmacWithSHA256, "HmacSHA256",
                    PKCSObjectIdentifiers.id_hmacWithSHA384, "HmacSHA384",
                    PKCSObjectIdentifiers.id_hmacWithSHA512, "HmacSHA512",
                    // What OpenSSL and RFC 4210 say by default; not weak under a random key.
                    IANAObjectIdentifiers.hmacSHA1, "HmacSHA1",
                    PKCSObjectIdentifiers.id_hmacWithSHA1, "HmacSHA1");

    private static final Map<ASN1ObjectIdentifier, String> ONE_WAY_FUNCTIONS =
            Map.of(
                    NISTObjectIdentifiers.id_sha256, "SHA-256",
                    NISTObjectIdentifiers.id_sha384, "SHA-384",
                    NISTObjectIdentifiers.id_sha512, "SHA-512");

    private MacProtection() {}

    /// Whether a message claims to be protected so.
    static boolean protects(ReceivedMessage message) {
        AlgorithmIdentifier algorithm = message.header().getProtectionAlg();
        return algorithm != null
                && (algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBMAC1)
                        || algorithm.getAlgorithm().equals(CMPObjectIdentifiers.passwordBasedMac));
    }

    /// The whole message in DER, protected by PBMAC1 with a salt of its own.
    static byte[] protect(
            PKIHeaderBuilder header, PKIBody body, SharedSecret shared, SecureRandom random) {
        AlgorithmIdentifier derivation =
                new AlgorithmIdentifier(
                        PKCSObjectIdentifiers.id_PBKDF2,
                        new PBKDF2Params(salt(random), ITERATIONS, KEY_OCTETS, HMAC_SHA256));
        return protect(
                header,
                body,
                shared,
                new AlgorithmIdentifier(
                        PKCSObjectIdentifiers.id_PBMAC1,
                        new PBMAC1Params(derivation, HMAC_SHA256)));
    }

    /// The same by the algorithm that the request uses, with a salt of its own: whoever speaks one
    /// need not know the other.
    ///
    /// @param request whose protection has been verified
    static byte[] protectAnswer(
            PKIHeaderBuilder header,
            PKIBody body,
            SharedSecret shared,
            ReceivedMessage request,
            SecureRandom random) {
        AlgorithmIdentifier algorithm = request.header().getProtectionAlg();
        if (!algorithm.getAlgorithm().equals(CMPObjectIdentifiers.passwordBasedMac)) {
            return protect(header, body, shared, random);
        }
        PBMParameter asked = PBMParameter.getInstance(algorithm.getParameters());
        PBMParameter own =
                new PBMParameter(
                        new DEROctetString(salt(random)),
                        asked.getOwf(),
                        asked.getIterationCount(),
                        asked.getMac());
        return protect(
                header,
                body,
                shared,
                new AlgorithmIdentifier(CMPObjectIdentifiers.passwordBasedMac, own));
    }

    /// @throws InvalidMessageException badMessageCheck when another secret protects the message
    static void verify(ReceivedMessage message, SharedSecret shared) {
        Optional<byte[]> given = message.signature();
        byte[] expected =
                ReceivedMessage.decoded(
                        "protectionAlg",
                        () ->
                                mac(
                                        message.header().getProtectionAlg(),
                                        shared.secret(),
                                        message.protectedPart()));
        if (given.isEmpty() || !MessageDigest.isEqual(expected, given.get())) {
            throw new InvalidMessageException(
                    FailInfo.badMessageCheck, "the secret does not verify the MAC");
        }
    }

    private static byte[] protect(
            PKIHeaderBuilder headerBuilder,
            PKIBody body,
            SharedSecret shared,
            AlgorithmIdentifier algorithm) {
        PKIHeader header =
                headerBuilder.setProtectionAlg(algorithm).setSenderKID(shared.reference()).build();
        byte[] part = ReceivedMessage.der(new DERSequence(new ASN1Encodable[] {header, body}));
        return ReceivedMessage.der(
                new PKIMessage(
                        header, body, new DERBitString(mac(algorithm, shared.secret(), part))));
    }

    private static byte[] mac(AlgorithmIdentifier algorithm, byte[] secret, byte[] part) {
        if (algorithm.getAlgorithm().equals(CMPObjectIdentifiers.passwordBasedMac)) {
            PBMParameter parameter = PBMParameter.getInstance(algorithm.getParameters());
            return hmac(parameter.getMac(), passwordBased(parameter, secret), part);
        }
        PBMAC1Params parameters = PBMAC1Params.getInstance(algorithm.getParameters());
        AlgorithmIdentifier derivation = parameters.getKeyDerivationFunc();
        if (!derivation.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBKDF2)) {
            throw notSpoken(derivation);
        }
        return hmac(
                parameters.getMessageAuthScheme(),
                derived(PBKDF2Params.getInstance(derivation.getParameters()), secret),
                part);
    }

    /// @param key wiped
    private static byte[] hmac(AlgorithmIdentifier scheme, byte[] key, byte[] part) {
        String name = MACS.get(scheme.getAlgorithm());
        if (name == null) {
            throw notSpoken(scheme);
        }
        try {
            Mac mac = Mac.getInstance(name);
            mac.init(new SecretKeySpec(key, name));
            return mac.doFinal(part);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + name, e);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /// RFC 8018 5.2. The JDK's takes characters where a secret is octets.
    private static byte[] derived(PBKDF2Params parameters, byte[] secret) {
        int iterations = bounded(parameters.getIterationCount(), parameters.getSalt());
        BigInteger length = parameters.getKeyLength();
        int octets = length == null ? KEY_OCTETS : length.intValueExact();
        if (octets < KEY_OCTETS || octets > MAX_KEY_OCTETS) {
            throw new InvalidMessageException(
                    FailInfo.badAlg, "a MAC key of %d octets".formatted(octets));
        }
        PKCS5S2ParametersGenerator generator =
                new PKCS5S2ParametersGenerator(digest(parameters.getPrf()));
        generator.init(secret, parameters.getSalt(), iterations);
        return ((KeyParameter) generator.generateDerivedMacParameters(octets * 8)).getKey();
    }

    private static Digest digest(AlgorithmIdentifier pseudorandomFunction) {
        return switch (MACS.get(pseudorandomFunction.getAlgorithm())) {
            case "HmacSHA256" -> new SHA256Digest();
            case "HmacSHA384" -> new SHA384Digest();
            case "HmacSHA512" -> new SHA512Digest();
            case null, default -> throw notSpoken(pseudorandomFunction);
        };
    }

    /// RFC 9810 5.1.3.1: the one-way function over secret and salt, then over its own value.
    private static byte[] passwordBased(PBMParameter parameter, byte[] secret) {
        byte[] salt = parameter.getSalt().getOctets();
        int iterations = bounded(parameter.getIterationCount().getValue(), salt);
        String name = ONE_WAY_FUNCTIONS.get(parameter.getOwf().getAlgorithm());
        if (name == null) {
            throw notSpoken(parameter.getOwf());
        }
        try {
            MessageDigest function = MessageDigest.getInstance(name);
            function.update(secret);
            byte[] value = function.digest(salt);
            for (int i = 1; i < iterations; i++) {
                value = function.digest(value);
            }
            return value;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + name, e);
        }
    }

    private static int bounded(BigInteger iterations, byte[] salt) {
        if (iterations.compareTo(BigInteger.valueOf(MIN_ITERATIONS)) < 0
                || iterations.compareTo(BigInteger.valueOf(MAX_ITERATIONS)) > 0
                || salt.length > MAX_SALT_OCTETS) {
            throw new InvalidMessageException(
                    FailInfo.badAlg,
                    "MAC takes %d to %d iterations and a salt of at most %d octets"
                            .formatted(MIN_ITERATIONS, MAX_ITERATIONS, MAX_SALT_OCTETS));
        }
        return iterations.intValueExact();
    }

    private static byte[] salt(SecureRandom random) {
        byte[] salt = new byte[SALT_OCTETS];
        random.nextBytes(salt);
        return salt;
    }

    private static InvalidMessageException notSpoken(AlgorithmIdentifier algorithm) {
        return new InvalidMessageException(
                FailInfo.badAlg, "MAC by algorithm " + algorithm.getAlgorithm());
    }
}
