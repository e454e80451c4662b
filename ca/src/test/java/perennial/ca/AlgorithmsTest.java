// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static perennial.ca.Authorities.accepted;
import static perennial.ca.Authorities.first;
import static perennial.ca.Authorities.key;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.CertPathValidator;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentVerifierProvider;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import perennial.ca.FailingDatabase.Loss;
import perennial.ca.keys.DeterministicSigner;
import perennial.ca.keys.KeyPairs;
import perennial.core.advice.Problem;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome;
import perennial.core.authority.IssueOutcome.Rejection;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.RevocationReason;
import perennial.core.crypto.KeyKind;
import perennial.core.crypto.KeyKind.Family;
import perennial.core.crypto.SignatureAlgorithm;
import perennial.core.crypto.Signer;
import perennial.core.crypto.SoftwareSigner;

/// What each kind of issuing key signs, as two verifiers see it that share no code: the JDK's and
/// BouncyCastle's. A third, openssl, is in [OpensslTest].
class AlgorithmsTest {
    private static final Instant START = Instant.parse("2026-03-01T04:05:06Z");
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir Path folder;
    private final TickingClock clock = new TickingClock(START);

    @ParameterizedTest
    @EnumSource(value = KeyKind.class, mode = EnumSource.Mode.MATCH_NONE, names = ".*(3072|4096)")
    void certificates_crl_and_status_of_every_kind_of_key_are_believed(KeyKind kind)
            throws Exception {
        LocalCa ca = open(kind, new FailingDatabase(TestDatabase.fresh()));
        Certificate holder = accepted(ca.issue(first(1, key(1))));
        Certificate issuing = ca.chain().getFirst();
        X509CRLHolder crl = new X509CRLHolder(ca.crl());

        validate(ca, holder);
        assertTrue(new X509CertificateHolder(holder.der()).isSignatureValid(bouncyCastle(issuing)));
        assertTrue(crl.isSignatureValid(bouncyCastle(issuing)));
        byte[] answer = ca.ocsp(Ocsp.request(issuing, holder));
        assertEquals("good", Ocsp.status(answer, issuing));
        var basic = Ocsp.verified(answer, issuing);
        assertTrue(basic.getCerts()[0].isSignatureValid(bouncyCastle(issuing)));
        assertTrue(
                basic.isSignatureValid(
                        bouncyCastle(Certificate.ofDer(basic.getCerts()[0].getEncoded()))));

        ca.revoke(holder.id(), RevocationReason.KEY_COMPROMISE);
        assertEquals("revoked 1", Ocsp.status(ca.ocsp(Ocsp.request(issuing, holder)), issuing));
        assertThrows(
                java.security.cert.CertPathValidatorException.class, () -> validate(ca, holder));

        LocalCa again = open(kind, new FailingDatabase(TestDatabase.fresh()));
        assertEquals(ca.chain(), again.chain(), "the key files are read as they were written");
    }

    @ParameterizedTest
    @EnumSource(value = KeyKind.class, mode = EnumSource.Mode.MATCH_NONE, names = ".*(3072|4096)")
    void a_key_in_memory_signs_the_same_way_again_unless_the_algorithm_forbids_it(KeyKind kind)
            throws Exception {
        KeyPair pair = KeyPairs.generate(kind, RANDOM);
        Signer signer = DeterministicSigner.of(pair.getPrivate(), pair.getPublic());
        byte[] message = new byte[200_000];
        RANDOM.nextBytes(message);

        byte[] once = signer.sign(message);
        byte[] streamed = signer.sign(new ByteArrayInputStream(message));

        assertTrue(signer.algorithm().verifies(pair.getPublic(), message, once));
        assertTrue(signer.algorithm().verifies(pair.getPublic(), message, streamed));
        if (kind.family() == Family.RSA_PSS) {
            assertFalse(java.util.Arrays.equals(once, streamed));
        } else {
            assertArrayEquals(once, streamed);
        }
        message[0] ^= 1;
        assertTrue(!signer.algorithm().verifies(pair.getPublic(), message, once));
    }

    @ParameterizedTest
    @EnumSource(SignatureAlgorithm.class)
    void identifiers_are_those_that_bouncycastle_knows(SignatureAlgorithm algorithm)
            throws Exception {
        String name =
                algorithm == SignatureAlgorithm.SHA256_WITH_RSA_PSS
                        ? "SHA256withRSAandMGF1"
                        : algorithm.jdkName();

        assertArrayEquals(
                new org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder()
                        .find(name)
                        .getEncoded(),
                algorithm.identifier());
        assertEquals(
                Optional.of(algorithm), SignatureAlgorithm.ofIdentifier(algorithm.identifier()));
    }

    /// C2 with a signature that differs each time: what was signed and lost was seen by nobody, and
    /// what was stored first stays.
    @ParameterizedTest
    @EnumSource(
            value = KeyKind.class,
            names = {"RSA_PSS_2048"})
    void c2_a_randomised_signature_lost_before_its_store_leaves_one_certificate(KeyKind kind) {
        FailingDatabase database = new FailingDatabase(TestDatabase.fresh());
        LocalCa ca = open(kind, database);
        long transaction = 10;
        for (Loss loss : Loss.values()) {
            transaction++;
            CertificationRequest request = first(transaction, key(1));
            int before = Rows.count(database, "ca.certificate");
            database.breakAt(3, loss);
            assertThrows(CaException.class, () -> ca.issue(request));
            database.mend();

            Certificate certificate = accepted(ca.issue(request));
            assertEquals(certificate, accepted(ca.issue(request)));
            assertEquals(before + 1, Rows.count(database, "ca.certificate"));
        }
    }

    @Test
    void c2_eight_threads_with_randomised_signatures_get_one_certificate() throws Exception {
        LocalCa ca = open(KeyKind.RSA_PSS_2048, new FailingDatabase(TestDatabase.fresh()));
        KeyPair key = key(1);
        List<Callable<IssueOutcome>> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            calls.add(() -> ca.issue(first(1, key)));
        }
        Set<Certificate> certificates = new HashSet<>();
        try (var executor = Executors.newFixedThreadPool(8)) {
            for (Future<IssueOutcome> outcome : executor.invokeAll(calls)) {
                certificates.add(accepted(outcome.get()));
            }
        }
        assertEquals(1, certificates.size());
    }

    @ParameterizedTest
    @EnumSource(
            value = KeyKind.class,
            names = {"RSA_PSS_2048", "ML_DSA_65"})
    void holders_do_not_get_certificates_for_keys_that_only_authorities_have(KeyKind kind) {
        LocalCa ca = open(KeyKind.P_256, new FailingDatabase(TestDatabase.fresh()));

        Rejection refused =
                assertInstanceOf(
                        Rejection.class, ca.issue(first(1, KeyPairs.generate(kind, RANDOM))));

        assertEquals(FailInfo.badCertTemplate, refused.reason());
    }

    @Test
    void a_holders_ed25519_key_signs_and_does_not_encipher() {
        LocalCa ca = open(KeyKind.P_256, new FailingDatabase(TestDatabase.fresh()));
        KeyPair pair = KeyPairs.generate(KeyKind.ED25519, RANDOM);
        CertificationRequest signature = first(1, pair);
        CertificationRequest encryption =
                new CertificationRequest(
                        new java.util.UUID(0, 2),
                        StandardProfiles.HOLDER_ENCRYPTION,
                        signature.subject(),
                        pair.getPublic(),
                        signature.proof(),
                        Optional.empty(),
                        Optional.empty());

        accepted(ca.issue(signature));
        assertInstanceOf(Rejection.class, ca.issue(encryption));
    }

    /// C13: a signature that does not verify leaves nothing behind and is given to nobody.
    @Test
    void c13_a_faulty_signature_does_not_leave_the_key() throws Exception {
        KeyPair pair = KeyPairs.generate(KeyKind.P_256, RANDOM);
        Certificate certificate =
                open(KeyKind.P_256, new FailingDatabase(TestDatabase.fresh())).chain().getFirst();
        Certificate own = Authorities.selfSigned(pair);
        Signer faulty = new Faulty(new SoftwareSigner(pair));

        assertEquals(
                Problem.AUTHORITY_KEY_WRONG,
                assertThrows(CaException.class, () -> new ServiceCredential(faulty, certificate))
                        .problem());
        Signer checked = new ServiceCredential(faulty, own).signer();
        assertEquals(
                Problem.SIGNATURE_FAULTY,
                assertThrows(CaException.class, () -> checked.sign(new byte[10])).problem());
        assertEquals(
                Problem.SIGNATURE_FAULTY,
                assertThrows(
                                CaException.class,
                                () -> checked.sign(new ByteArrayInputStream(new byte[10])))
                        .problem());
        byte[] right =
                new ServiceCredential(new SoftwareSigner(pair), own)
                        .signer()
                        .sign(new ByteArrayInputStream(new byte[10]));
        assertTrue(
                SignatureAlgorithm.SHA256_WITH_ECDSA.verifies(
                        pair.getPublic(), new byte[10], right));
    }

    /// A key that signs another message than it was given.
    private record Faulty(Signer key) implements Signer {
        @Override
        public SignatureAlgorithm algorithm() {
            return key.algorithm();
        }

        @Override
        public java.security.PublicKey publicKey() {
            return key.publicKey();
        }

        @Override
        public byte[] sign(byte[] message) {
            return key.sign(new byte[] {1});
        }
    }

    private LocalCa open(KeyKind kind, FailingDatabase database) {
        return LocalCa.open(
                Authorities.settings(folder, kind, URI.create("http://localhost:1")),
                database,
                clock,
                RANDOM);
    }

    /// The JDK's path validation (RFC 5280 6.1), with the CRL as the only source of status.
    private void validate(LocalCa ca, Certificate holder) throws Exception {
        CertificateFactory x509 = CertificateFactory.getInstance("X.509");
        X509CRL crl = (X509CRL) x509.generateCRL(new ByteArrayInputStream(ca.crl()));
        // The issuing authority is the anchor: of the root there is no CRL here.
        PKIXParameters parameters =
                new PKIXParameters(Set.of(new TrustAnchor(ca.chain().getFirst().x509(), null)));
        parameters.setDate(Date.from(Clock.offset(clock, Duration.ofSeconds(1)).instant()));
        parameters.addCertStore(
                CertStore.getInstance(
                        "Collection", new CollectionCertStoreParameters(List.of(crl))));
        CertPathValidator.getInstance("PKIX")
                .validate(x509.generateCertPath(List.of(holder.x509())), parameters);
        ca.chain().getFirst().x509().verify(ca.chain().getLast().publicKey());
    }

    private static ContentVerifierProvider bouncyCastle(Certificate certificate) throws Exception {
        return new JcaContentVerifierProviderBuilder()
                .setProvider(new BouncyCastleProvider())
                .build(new X509CertificateHolder(certificate.der()));
    }
}
