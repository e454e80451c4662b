// SPDX-License-Identifier: Apache-2.0
package perennial.ca.cmp;

import java.io.Serial;
import java.security.PublicKey;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;
import perennial.ca.CertificateProfile;
import perennial.ca.EnrolmentPolicy;
import perennial.ca.store.EnrolmentStore.Grant;
import perennial.ca.store.IssuanceStore;
import perennial.ca.store.IssuanceStore.Known;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome.Rejection;
import perennial.core.authority.ProofOfPossession;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.core.certificate.KeyUsage;
import perennial.core.renewal.RenewalKind;
import perennial.core.renewal.RenewalPolicy;
import perennial.protocol.cmp.EnrolmentRequest;
import perennial.protocol.cmp.RequestKind;
import perennial.protocol.cmp.Requester;

/// Whether somebody may have what is asked for, before anything is written down.
///
/// To name a certificate by its serial number is no right to it: a holder's signature counts for
/// certificates of the same subject, a secret for the one subject that it was given for, and only a
/// registration authority speaks for others.
final class Admission {
    private final EnrolmentPolicy policy;
    private final Map<String, CertificateProfile> profiles;
    private final IssuanceStore issued;
    private final Function<byte[], Optional<Grant>> grants;
    private final RenewalRules renewal;

    /// @param profiles all that the authority issues by
    /// @param grants what a secret was given for
    Admission(
            EnrolmentPolicy policy,
            List<CertificateProfile> profiles,
            IssuanceStore issued,
            Function<byte[], Optional<Grant>> grants,
            Clock clock) {
        this.policy = policy;
        this.profiles =
                profiles.stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        CertificateProfile::name, Function.identity()));
        this.issued = issued;
        this.grants = grants;
        this.renewal = new RenewalRules(issued, clock);
    }

    /// What is asked for, once it is known that it may be.
    ///
    /// @param replaces what is renewed
    record Admitted(CertificateProfile profile, Optional<Certificate> replaces) {}

    /// A no is thrown, so that each rule is one line.
    static final class Refused extends Exception {
        @Serial private static final long serialVersionUID = 1L;

        private final FailInfo reason;

        Refused(FailInfo reason, String text) {
            super(text, null, false, false);
            this.reason = reason;
        }

        Rejection rejection() {
            return new Rejection(reason, String.valueOf(getMessage()));
        }
    }

    Admitted admitted(EnrolmentRequest request) throws Refused {
        Admitted admitted =
                switch (request.requester()) {
                    case Requester.RegistrationAuthority _ -> byRegistrationAuthority(request);
                    case Requester.Holder(Certificate own) -> byHolder(request, own, false);
                    case Requester.Enrolee enrolee -> byEnrolee(request, enrolee);
                    case Requester.Approved(Requester.Holder(Certificate own), _) ->
                            byHolder(request, own, true);
                    case Requester.Approved(Requester.Enrolee enrolee, _) ->
                            byEnrolee(request, enrolee);
                    case Requester.Approved _ -> byRegistrationAuthority(request);
                };
        if (request.proof() == ProofOfPossession.ENCRYPTED_CERTIFICATE
                && maySign(admitted.profile().keyUsages())) {
            throw new Refused(
                    FailInfo.badPOP, "a key that may sign proves its possession by signing");
        }
        return admitted;
    }

    private Admitted byRegistrationAuthority(EnrolmentRequest request) throws Refused {
        if (request.kind() != RequestKind.KUR) {
            return new Admitted(profile(request.profile()), Optional.empty());
        }
        Known old = old(request);
        Certificate replaced = certificate(old);
        checkSubject(request, replaced.subject());
        return new Admitted(
                profile(request.profile().or(() -> Optional.of(old.intent().profile()))),
                Optional.of(replaced));
    }

    /// @param own by whose key the message is signed
    /// @param approved whether a registration authority has looked at it: then its rules counted
    private Admitted byHolder(EnrolmentRequest request, Certificate own, boolean approved)
            throws Refused {
        checkSubject(request, own.subject());
        return switch (request.kind()) {
            case IR ->
                    throw new Refused(
                            FailInfo.notAuthorized, "ir is for whoever has no certificate yet");
            case CR, P10CR -> {
                CertificateProfile profile = profile(request.profile());
                checkHolders(profile.name(), approved);
                yield new Admitted(profile, Optional.empty());
            }
            case KUR -> update(request, own, approved);
        };
    }

    private Admitted update(EnrolmentRequest request, Certificate own, boolean approved)
            throws Refused {
        Known known = issuedHere(request.old().orElse(own.id()));
        Certificate old = certificate(known);
        boolean speaksForItself = maySign(old.keyUsages());
        if (!old.subject().equals(own.subject()) || (speaksForItself && !old.equals(own))) {
            throw new Refused(FailInfo.notAuthorized, "it is not the sender's to update");
        }
        String name = known.intent().profile();
        if (request.profile().filter(asked -> !asked.equals(name)).isPresent()) {
            throw new Refused(FailInfo.unacceptedPolicy, "an update keeps its profile " + name);
        }
        checkHolders(name, approved);
        CertificateProfile profile = profile(Optional.of(name));
        if (!approved) {
            RenewalPolicy rules = profile.renewal().orElse(policy.renewal());
            checkKey(request.key(), old, rules.kind());
            Optional<Rejection> no = renewal.refusal(old, rules);
            if (no.isPresent()) {
                throw new Refused(no.get().reason(), no.get().text());
            }
        }
        return new Admitted(profile, Optional.of(old));
    }

    private Admitted byEnrolee(EnrolmentRequest request, Requester.Enrolee enrolee) throws Refused {
        Grant grant =
                grants.apply(enrolee.octets())
                        .orElseThrow(() ->
                                new Refused(FailInfo.notAuthorized, "the secret has run out"));
        if (request.kind() == RequestKind.KUR) {
            throw new Refused(FailInfo.notAuthorized, "a secret is for a first certificate");
        }
        checkSubject(request, new X500Principal(grant.subject()));
        if (request.profile().filter(asked -> !asked.equals(grant.profile())).isPresent()) {
            throw new Refused(
                    FailInfo.unacceptedPolicy, "the secret is for profile " + grant.profile());
        }
        return new Admitted(profile(Optional.of(grant.profile())), Optional.empty());
    }

    private static void checkSubject(EnrolmentRequest request, X500Principal expected)
            throws Refused {
        if (!request.subject().equals(expected)) {
            throw new Refused(
                    FailInfo.notAuthorized, "the subject asked for is not the requester's");
        }
    }

    private void checkHolders(String profile, boolean approved) throws Refused {
        if (!approved && !policy.holderProfiles().contains(profile)) {
            throw new Refused(
                    FailInfo.notAuthorized,
                    "profile %s comes through a registration authority".formatted(profile));
        }
    }

    private static void checkKey(PublicKey key, Certificate old, RenewalKind kind) throws Refused {
        boolean same = Arrays.equals(key.getEncoded(), old.publicKey().getEncoded());
        if (same != (kind == RenewalKind.RENEWAL)) {
            throw new Refused(
                    FailInfo.badCertTemplate,
                    "%s the key must be %s"
                            .formatted(
                                    Problem.KEY_NOT_ALLOWED.code(),
                                    same ? "another one" : "the same"));
        }
    }

    private CertificateProfile profile(Optional<String> asked) throws Refused {
        return policy.profile(asked)
                .map(profiles::get)
                .orElseThrow(() ->
                        new Refused(
                                FailInfo.unacceptedPolicy,
                                "no profile %s is issued here".formatted(asked.orElse(""))));
    }

    private Known old(EnrolmentRequest request) throws Refused {
        return issuedHere(
                request.old()
                        .orElseThrow(() ->
                                new Refused(FailInfo.badCertId, "oldCertId says what to update")));
    }

    private Known issuedHere(CertificateId id) throws Refused {
        return issued.find(id.serialNumber())
                .filter(known -> known.certificate().filter(one -> one.id().equals(id)).isPresent())
                .orElseThrow(() -> new Refused(FailInfo.badCertId, id + " was not issued here"));
    }

    private static Certificate certificate(Known known) {
        return known.certificate().orElseThrow();
    }

    private static boolean maySign(Set<KeyUsage> usages) {
        return usages.contains(KeyUsage.DIGITAL_SIGNATURE)
                || usages.contains(KeyUsage.NON_REPUDIATION);
    }
}
