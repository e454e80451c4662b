// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.security.auth.x500.X500Principal;
import perennial.ca.issue.Issuance;
import perennial.ca.keys.KeyFile;
import perennial.ca.keys.KeyPairs;
import perennial.core.advice.Problem;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.IssueOutcome;
import perennial.core.authority.ProofOfPossession;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.Validity;
import perennial.core.crypto.KeyKind;

/// Keys and certificates of the services beside the authority. Each is renewed, with a new key, as
/// soon as less than half of its life is left.
final class ServiceCredentials {
    private static final System.Logger LOG = System.getLogger(ServiceCredentials.class.getName());

    private final AuthorityHome home;
    private final Certificate issuer;
    private final Issuance issuance;
    private final Clock clock;
    private final SecureRandom random;
    private final Map<String, ServiceCredential> read = new HashMap<>();

    ServiceCredentials(
            AuthorityHome home,
            Certificate issuer,
            Issuance issuance,
            Clock clock,
            SecureRandom random) {
        this.home = home;
        this.issuer = issuer;
        this.issuance = issuance;
        this.clock = clock;
        this.random = random;
    }

    /// @throws CaException when there is none that is valid now and a new one cannot be made
    synchronized ServiceCredential get(String profile, X500Principal subject) {
        Optional<ServiceCredential> current =
                Optional.ofNullable(read.get(profile))
                        .or(() -> fromFile(profile))
                        .filter(credential -> isUsable(credential.certificate(), subject));
        if (current.isPresent() && isInFirstHalf(current.get().certificate())) {
            read.put(profile, current.get());
            return current.get();
        }
        try {
            ServiceCredential fresh = make(profile, subject);
            read.put(profile, fresh);
            return fresh;
        } catch (CaException e) {
            // There is half a life of time to find out why; until then the service goes on.
            if (current.isPresent()) {
                LOG.log(System.Logger.Level.WARNING, "certificate of " + profile + " is old", e);
                return current.get();
            }
            throw e;
        }
    }

    /// The certificates in use, by profile.
    synchronized Map<String, Certificate> certificates() {
        Map<String, Certificate> certificates = new HashMap<>();
        read.forEach((profile, credential) -> certificates.put(profile, credential.certificate()));
        return certificates;
    }

    private KeyFile file(String profile) {
        return new KeyFile(home.folder().resolve(profile + ".p12"), home.passphrase(), random);
    }

    private Optional<ServiceCredential> fromFile(String profile) {
        KeyFile file = file(profile);
        return file.exists() ? Optional.of(file.read()) : Optional.empty();
    }

    private boolean isUsable(Certificate certificate, X500Principal subject) {
        if (!certificate.subject().equals(subject)
                || !certificate.validity().contains(clock.instant())) {
            return false;
        }
        try {
            certificate.x509().verify(issuer.publicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private boolean isInFirstHalf(Certificate certificate) {
        Validity validity = certificate.validity();
        Instant middle =
                validity.notBefore()
                        .plus(
                                Duration.between(validity.notBefore(), validity.notAfter())
                                        .dividedBy(2));
        return clock.instant().isBefore(middle);
    }

    private ServiceCredential make(String profile, X500Principal subject) {
        KeyPair pair = KeyPairs.generate(serviceKind(home.serviceKind()), random);
        IssueOutcome outcome =
                issuance.issueToService(
                        new CertificationRequest(
                                transaction(),
                                profile,
                                subject,
                                pair.getPublic(),
                                ProofOfPossession.SIGNATURE,
                                Optional.empty(),
                                Optional.empty()));
        return switch (outcome) {
            case IssueOutcome.Accepted(Certificate certificate) ->
                    file(profile).write(pair, certificate);
            case IssueOutcome.Rejection(var reason, String text) ->
                    throw new CaException(
                            Problem.CONFIGURATION_INVALID,
                            "no certificate for %s: %s, %s".formatted(profile, reason, text));
            case IssueOutcome.Waiting _ ->
                    throw new IllegalStateException("this authority decides at once");
        };
    }

    /// Short-lived keys of the issuing key's family, as small as is sound: their signatures travel
    /// in every answer.
    private static KeyKind serviceKind(KeyKind issuing) {
        return switch (issuing.family()) {
            case RSA, RSA_PSS -> KeyKind.RSA_2048;
            case EC -> KeyKind.P_256;
            case ED25519, ML_DSA -> issuing;
        };
    }

    private UUID transaction() {
        byte[] octets = new byte[16];
        random.nextBytes(octets);
        ByteBuffer buffer = ByteBuffer.wrap(octets);
        return new UUID(buffer.getLong(), buffer.getLong());
    }
}
