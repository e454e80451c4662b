// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import java.security.PublicKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import perennial.core.advice.Problem;
import perennial.core.authority.CertificationAuthority;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyAlgorithm;
import perennial.core.renewal.Refusal;
import perennial.core.renewal.RenewalKind;
import perennial.protocol.cmp.UpdateRequest;

/// Whether who asks is the certificate's holder and asks for what the policy allows.
final class Holder {
    private final Issuers issuers;
    private final CertificationAuthority authority;

    Holder(Issuers issuers, CertificationAuthority authority) {
        this.issuers = issuers;
        this.authority = authority;
    }

    /// @param old the certificate to be renewed, whose signature has been checked
    /// @param issuer its authority
    Optional<Refusal> refusal(
            UpdateRequest request,
            Certificate old,
            IssuerSettings issuer,
            RenewalKind kind,
            Instant now) {
        if (!request.protectedBy().subject().equals(old.subject())) {
            return refuse(
                    FailInfo.notAuthorized, "another holder's certificate protects the request");
        }
        if (!request.protectedBy().equals(old)) {
            Optional<Refusal> signer = signerRefusal(request.protectedBy(), now);
            if (signer.isPresent()) {
                return signer;
            }
        }
        if (!request.subject().equals(old.subject())) {
            return refuse(FailInfo.badCertTemplate, "the subject differs from the old one");
        }
        return switch (kind) {
            case RENEWAL -> otherKeyRefusal(request.key(), old.publicKey());
            case RE_KEY -> newKeyRefusal(request.key(), old.publicKey(), issuer);
        };
    }

    private static Optional<Refusal> otherKeyRefusal(PublicKey requested, PublicKey old) {
        return RequestedKey.same(requested, old)
                ? Optional.empty()
                : refuse(
                        FailInfo.badCertTemplate,
                        "a renewal keeps the key and this one is another");
    }

    private static Optional<Refusal> newKeyRefusal(
            PublicKey requested, PublicKey old, IssuerSettings issuer) {
        if (RequestedKey.same(requested, old)) {
            return refuse(
                    FailInfo.badCertTemplate, "a re-key takes a new key and this is the old one");
        }
        Optional<KeyAlgorithm> wanted = issuer.newKeyFor(old);
        return wanted.isEmpty() || wanted.equals(KeyAlgorithm.of(requested))
                ? Optional.empty()
                : refuse(FailInfo.badCertTemplate, "the new key has to be of kind " + wanted.get());
    }

    /// Another certificate of the holder must be good itself, for as long as it might be renewed.
    private Optional<Refusal> signerRefusal(Certificate signer, Instant now) {
        Optional<IssuerSettings> issuer = issuers.of(signer);
        if (issuer.isEmpty()) {
            return refuse(FailInfo.signerNotTrusted, "the signer's certificate is from elsewhere");
        }
        if (!(authority.status(signer.id()) instanceof CertStatus.Good)) {
            return refuse(FailInfo.signerNotTrusted, "the signer's certificate is not good");
        }
        Instant second = now.truncatedTo(ChronoUnit.SECONDS);
        Instant until = signer.validity().notAfter().plus(issuer.get().policy().closes());
        if (second.isBefore(signer.validity().notBefore()) || second.isAfter(until)) {
            return refuse(FailInfo.signerNotTrusted, "the signer's certificate is not valid now");
        }
        return Optional.empty();
    }

    private static Optional<Refusal> refuse(FailInfo failInfo, String sentence) {
        return Optional.of(Refusal.of(Problem.KEY_NOT_ALLOWED, failInfo, sentence));
    }
}
