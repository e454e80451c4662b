// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static perennial.ca.issue.key.Keys.F4;
import static perennial.ca.issue.key.Keys.RANDOM;
import static perennial.ca.issue.key.Keys.bits;
import static perennial.ca.issue.key.Keys.modulus;
import static perennial.ca.issue.key.Keys.rsa;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import perennial.ca.issue.lint.Lint;
import perennial.core.crypto.KeyKind;

class KeyCheckTest {
    private static final String ODD_PARAMETERS =
            "key's algorithm has the parameters it has to have";
    private static final String SIZE = "RSA modulus has 2048 to 4096 bits, in whole octets";
    private static final String EXPONENT = "RSA exponent is odd and from 2^16 + 1 to 2^256 - 1";
    private static final String POWER = "RSA modulus is no power";
    private static final String CLOSE = "RSA modulus has no factors next to each other";
    private static final String CURVE = "EC key is on the named curve P-256 or P-384";
    private static final String POINT =
            "EC key is an uncompressed point of its curve, not infinity";
    private static final String EDWARDS = "Ed25519 key is a point of the whole order";

    private final KeyCheck check = new KeyCheck(BlockedKeys.NONE);

    @ParameterizedTest
    @EnumSource(KeyKind.class)
    void good_keys_pass_and_holders_have_none_of_the_authoritys_own_kinds(KeyKind kind) {
        PublicKey key = Keys.good(kind);

        assertEquals(List.of(), check.serviceFindings(key));
        List<String> expected =
                switch (kind.family()) {
                    case RSA, EC, ED25519 -> List.of();
                    case RSA_PSS, ML_DSA -> List.of("a holder's key is RSA, EC or Ed25519");
                };
        assertEquals(expected, names(check.findings(key)));
    }

    /// A key that is weak in one way, and the lint that has to find it.
    record Weak(String lint, String how, PublicKey key) {
        @Override
        public String toString() {
            return lint + ": " + how;
        }
    }

    static Stream<Weak> weak() throws GeneralSecurityException {
        return Stream.of(weakModuli(), weakNumbers(), weakPoints(), others()).flatMap(all -> all);
    }

    private static Stream<Weak> weakModuli() {
        BigInteger prime = BigInteger.valueOf(3).shiftLeft(1022).nextProbablePrime();
        // Their powers have 2048 bits.
        BigInteger third = BigInteger.valueOf(3).shiftLeft(681).nextProbablePrime();
        BigInteger fifth = BigInteger.valueOf(3).shiftLeft(408).nextProbablePrime();
        BigInteger near = prime.nextProbablePrime().nextProbablePrime();
        return Stream.of(
                new Weak(POWER, "p^3", rsa(third.pow(3), F4)),
                new Weak(POWER, "p^5", rsa(fifth.pow(5), F4)),
                new Weak(
                        "RSA modulus is no prime",
                        "prime",
                        rsa(BigInteger.probablePrime(2048, RANDOM), F4)),
                new Weak(CLOSE, "neighbours", rsa(prime.multiply(near), F4)),
                new Weak(
                        "RSA modulus has no factor below 752",
                        "751",
                        rsa(factored(BigInteger.valueOf(751)), F4)),
                new Weak(
                        "RSA modulus is odd",
                        "even",
                        rsa(BigInteger.probablePrime(2047, RANDOM).shiftLeft(1), F4)),
                new Weak(
                        "RSA modulus is no power of 65537 modulo every small prime (ROCA)",
                        "of that generator's form",
                        rsa(roca(), F4)));
    }

    /// A modulus of 2048 bits with this factor.
    private static BigInteger factored(BigInteger factor) {
        BigInteger modulus;
        do {
            modulus = BigInteger.probablePrime(2049 - factor.bitLength(), RANDOM).multiply(factor);
        } while (modulus.bitLength() != 2048);
        return modulus;
    }

    /// A power of 65537 modulo the product of all primes to 701, and on top of it many products.
    private static BigInteger roca() {
        BigInteger product = BigInteger.ONE;
        for (int prime = 2; prime <= 701; prime++) {
            if (BigInteger.valueOf(prime).isProbablePrime(30)) {
                product = product.multiply(BigInteger.valueOf(prime));
            }
        }
        BigInteger residue = F4.modPow(BigInteger.valueOf(12345678), product);
        BigInteger times = BigInteger.ONE.shiftLeft(2047).divide(product).add(BigInteger.TWO);
        BigInteger modulus = product.multiply(times).add(residue);
        while (Moduli.oddFactor(modulus).isPresent() || !modulus.testBit(0)) {
            modulus = modulus.add(product);
        }
        return modulus;
    }

    private static Stream<Weak> weakNumbers() {
        BigInteger good = modulus(2048);
        return Stream.of(
                new Weak(SIZE, "1024", rsa(modulus(1024), F4)),
                new Weak(SIZE, "2041", rsa(modulus(2041), F4)),
                new Weak(SIZE, "8192", rsa(BigInteger.ONE.shiftLeft(8191).setBit(0), F4)),
                new Weak(SIZE, "negative", rsa(modulus(2048).negate(), F4)),
                new Weak(EXPONENT, "1", rsa(good, BigInteger.ONE)),
                new Weak(EXPONENT, "3", rsa(good, BigInteger.valueOf(3))),
                new Weak(EXPONENT, "even", rsa(good, BigInteger.valueOf(65538))),
                new Weak(
                        EXPONENT, "2^256 + 1", rsa(good, BigInteger.ONE.shiftLeft(256).setBit(0))));
    }

    private static Stream<Weak> weakPoints() throws GeneralSecurityException {
        byte[] point =
                SubjectPublicKeyInfo.getInstance(Keys.good(KeyKind.P_256).getEncoded())
                        .getPublicKeyData()
                        .getBytes();
        byte[] off = point.clone();
        off[64] ^= 1;
        byte[] compressed = Arrays.copyOf(point, 33);
        compressed[0] = (byte) (2 + (point[64] & 1));
        byte[] order4 = new byte[32];
        byte[] order1 = order4.clone();
        order1[0] = 1;
        byte[] noPoint = order4.clone();
        noPoint[0] = 2;
        KeyPairGenerator p521 = KeyPairGenerator.getInstance("EC");
        p521.initialize(new ECGenParameterSpec("secp521r1"), RANDOM);
        return Stream.of(
                new Weak(CURVE, "P-521", p521.generateKeyPair().getPublic()),
                new Weak(CURVE, "secp256k1", ec(SECObjectIdentifiers.secp256k1, point)),
                new Weak(POINT, "off its curve", ec(SECObjectIdentifiers.secp256r1, off)),
                new Weak(POINT, "infinity", ec(SECObjectIdentifiers.secp256r1, new byte[1])),
                new Weak(POINT, "nothing", ec(SECObjectIdentifiers.secp256r1, new byte[0])),
                new Weak(POINT, "compressed", ec(SECObjectIdentifiers.secp256r1, compressed)),
                new Weak(POINT, "another curve's", ec(SECObjectIdentifiers.secp384r1, point)),
                new Weak(EDWARDS, "order 1", edwards(order1)),
                new Weak(EDWARDS, "order 4", edwards(order4)),
                new Weak(EDWARDS, "no point", edwards(noPoint)),
                new Weak(EDWARDS, "31 octets", edwards(new byte[31])));
    }

    private static PublicKey ec(ASN1ObjectIdentifier curve, byte[] point) {
        return bits(X9ObjectIdentifiers.id_ecPublicKey, curve, point);
    }

    private static PublicKey edwards(byte[] point) {
        return bits(EdECObjectIdentifiers.id_Ed25519, null, point);
    }

    private static Stream<Weak> others() {
        byte[] edwards =
                SubjectPublicKeyInfo.getInstance(Keys.good(KeyKind.ED25519).getEncoded())
                        .getPublicKeyData()
                        .getBytes();
        return Stream.of(
                new Weak("key is a SubjectPublicKeyInfo", "an empty one", new Keys(new byte[0])),
                new Weak("key is a SubjectPublicKeyInfo", "half", new Keys(new byte[] {0x30, 5})),
                new Weak(
                        ODD_PARAMETERS,
                        "RSA without NULL",
                        rsa(modulus(2048), F4, PKCSObjectIdentifiers.rsaEncryption, null)),
                new Weak(
                        ODD_PARAMETERS,
                        "Ed25519 with NULL",
                        bits(EdECObjectIdentifiers.id_Ed25519, DERNull.INSTANCE, edwards)),
                new Weak(
                        "key is of an algorithm that this authority can check",
                        "2.999.1",
                        bits(new ASN1ObjectIdentifier("2.999.1"), null, new byte[1])));
    }

    @ParameterizedTest
    @MethodSource("weak")
    void r7_a_key_that_is_weak_in_one_way_is_found_by_one_lint(Weak weak) {
        assertEquals(List.of(weak.lint()), names(check.serviceFindings(weak.key())));
    }

    @Test
    void all_weaknesses_are_found_at_once() {
        BigInteger prime = BigInteger.valueOf(3).shiftLeft(1022).nextProbablePrime();

        assertEquals(
                List.of(EXPONENT, POWER),
                names(check.findings(rsa(prime.multiply(prime), BigInteger.ONE))));
    }

    /// A lint that nothing shows to work is not one; the lists of blocked keys have a test of their
    /// own.
    @Test
    void every_lint_is_shown_to_find_something() throws GeneralSecurityException {
        TreeSet<String> shown = new TreeSet<>();
        weak().map(Weak::lint).forEach(shown::add);
        shown.add("a holder's key is RSA, EC or Ed25519");
        shown.add("key is on no list of blocked keys");
        TreeSet<String> all = new TreeSet<>();
        check.lints().stream().map(Lint::name).forEach(all::add);

        assertEquals(all, shown);
    }

    @Test
    void good_moduli_pass() {
        for (int i = 0; i < 20; i++) {
            BigInteger modulus = modulus(2048);
            assertTrue(Moduli.oddFactor(modulus).isEmpty());
            assertEquals(
                    List.of(false, false, false),
                    List.of(
                            Moduli.isPower(modulus),
                            Moduli.hasCloseFactors(modulus),
                            Moduli.isPowerOf65537(modulus)));
        }
    }

    static List<String> names(List<Lint.Finding> findings) {
        return findings.stream().map(Lint.Finding::name).toList();
    }
}
