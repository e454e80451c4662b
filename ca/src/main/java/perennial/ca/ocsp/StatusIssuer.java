// SPDX-License-Identifier: Apache-2.0
package perennial.ca.ocsp;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import perennial.ca.ServiceCredential;
import perennial.ca.store.StatusStore.Standing;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.SerialNumber;
import perennial.core.crypto.DigestAlgorithm;

/// An issuing key whose certificates a responder speaks for, and who signs for it: its own delegate
/// (RFC 6960 4.2.2.2), so one responder has as many signers as issuers.
public final class StatusIssuer {
    private final Certificate certificate;
    private final Map<ASN1ObjectIdentifier, Hashes> hashes;
    private final Function<SerialNumber, Standing> standings;
    private final Supplier<ServiceCredential> signer;

    /// @param standings asked for each answer
    /// @param signer asked for each answer, so that it can be renewed while the service runs
    public StatusIssuer(
            Certificate certificate,
            Function<SerialNumber, Standing> standings,
            Supplier<ServiceCredential> signer) {
        this.certificate = certificate;
        this.hashes =
                Map.of(
                        OIWObjectIdentifiers.idSHA1,
                        Hashes.of(certificate, DigestAlgorithm.SHA_1),
                        NISTObjectIdentifiers.id_sha256,
                        Hashes.of(certificate, DigestAlgorithm.SHA_256));
        this.standings = standings;
        this.signer = signer;
    }

    /// The issuer as a CertID names it (RFC 6960 4.1.1).
    private record Hashes(byte[] name, byte[] key) {
        static Hashes of(Certificate issuer, DigestAlgorithm algorithm) {
            return new Hashes(
                    algorithm.digest(issuer.subject().getEncoded()),
                    algorithm.digest(keyBits(issuer)));
        }
    }

    /// Whether the question is about a certificate of this issuer; SHA-1 and SHA-256 are
    /// understood.
    boolean issued(CertID id) {
        Hashes expected = hashes.get(id.getHashAlgorithm().getAlgorithm());
        return expected != null
                && Arrays.equals(expected.name(), id.getIssuerNameHash().getOctets())
                && Arrays.equals(expected.key(), id.getIssuerKeyHash().getOctets());
    }

    Certificate certificate() {
        return certificate;
    }

    Standing standing(SerialNumber serialNumber) {
        return standings.apply(serialNumber);
    }

    ServiceCredential signer() {
        return signer.get();
    }

    /// The BIT STRING's value, without tag, length and unused bits.
    static byte[] keyBits(Certificate certificate) {
        return SubjectPublicKeyInfo.getInstance(certificate.publicKey().getEncoded())
                .getPublicKeyData()
                .getOctets();
    }
}
