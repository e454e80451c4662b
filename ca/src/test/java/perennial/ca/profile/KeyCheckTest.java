// SPDX-License-Identifier: Apache-2.0
package perennial.ca.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import perennial.ca.keys.KeyPairs;
import perennial.core.crypto.KeyKind;

class KeyCheckTest {
    private static final BigInteger F4 = BigInteger.valueOf(65537);
    private static final SecureRandom RANDOM = new SecureRandom(new byte[] {1});

    @Test
    void good_keys_pass() throws GeneralSecurityException {
        assertEquals(
                Optional.empty(),
                KeyCheck.refusal(KeyPairs.generate(KeyKind.RSA_2048, RANDOM).getPublic()));
        assertEquals(
                Optional.empty(),
                KeyCheck.refusal(KeyPairs.generate(KeyKind.P_256, RANDOM).getPublic()));
        assertEquals(Optional.empty(), KeyCheck.refusal(ec("secp384r1")));
    }

    @Test
    void rsa_keys_of_another_size_are_refused() throws GeneralSecurityException {
        assertTrue(refusal(BigInteger.ONE.shiftLeft(1023).setBit(0), F4).contains("got 1024"));
        assertTrue(refusal(BigInteger.ONE.shiftLeft(8191).setBit(0), F4).contains("got 8192"));
    }

    @Test
    void rsa_exponents_that_are_small_or_even_are_refused() throws GeneralSecurityException {
        BigInteger modulus = modulus();
        for (BigInteger exponent :
                new BigInteger[] {BigInteger.valueOf(3), BigInteger.valueOf(65538)}) {
            assertTrue(refusal(modulus, exponent).contains("exponent"), exponent.toString());
        }
    }

    @Test
    void a_modulus_with_a_small_factor_is_refused() throws GeneralSecurityException {
        BigInteger prime = BigInteger.probablePrime(2045, RANDOM);
        BigInteger modulus = prime.multiply(BigInteger.valueOf(13));

        assertTrue(refusal(modulus, F4).contains("divisible by"));
    }

    /// Such a modulus is a power of 65537 modulo the product of all small primes.
    @Test
    void a_modulus_of_the_form_of_cve_2017_15361_is_refused() throws GeneralSecurityException {
        BigInteger product = BigInteger.ONE;
        for (int prime = 2; prime <= 751; prime++) {
            if (BigInteger.valueOf(prime).isProbablePrime(30)) {
                product = product.multiply(BigInteger.valueOf(prime));
            }
        }
        BigInteger residue = F4.modPow(BigInteger.valueOf(12345678), product);
        BigInteger times = BigInteger.ONE.shiftLeft(2047).divide(product).add(BigInteger.TWO);
        BigInteger modulus = product.multiply(times).add(residue);

        assertTrue(refusal(modulus, F4).contains("CVE-2017-15361"));
    }

    @Test
    void a_modulus_whose_factors_are_neighbours_or_the_same_is_refused()
            throws GeneralSecurityException {
        BigInteger prime =
                BigInteger.ONE
                        .shiftLeft(1023)
                        .add(BigInteger.valueOf(1234567).shiftLeft(1002))
                        .nextProbablePrime();
        assertTrue(refusal(prime.multiply(prime.nextProbablePrime()), F4).contains("Fermat"));
        assertTrue(refusal(prime.multiply(prime), F4).contains("Fermat"));
    }

    @Test
    void other_curves_and_other_kinds_are_refused() throws GeneralSecurityException {
        assertTrue(KeyCheck.refusal(ec("secp521r1")).orElse("").contains("named curve"));
        PublicKey ed448 = KeyPairGenerator.getInstance("Ed448").generateKeyPair().getPublic();
        assertTrue(KeyCheck.refusal(ed448).orElse("").contains("Ed448"));
        PublicKey x25519 = KeyPairGenerator.getInstance("X25519").generateKeyPair().getPublic();
        assertTrue(KeyCheck.refusal(x25519).orElse("").contains("expected an RSA or EC key"));
    }

    private static BigInteger modulus() {
        return ((java.security.interfaces.RSAPublicKey)
                        KeyPairs.generate(KeyKind.RSA_2048, RANDOM).getPublic())
                .getModulus();
    }

    private static PublicKey ec(String curve) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve), RANDOM);
        return generator.generateKeyPair().getPublic();
    }

    private static String refusal(BigInteger modulus, BigInteger exponent)
            throws GeneralSecurityException {
        PublicKey key =
                KeyFactory.getInstance("RSA")
                        .generatePublic(new RSAPublicKeySpec(modulus, exponent));
        return KeyCheck.refusal(key).orElse("");
    }
}
