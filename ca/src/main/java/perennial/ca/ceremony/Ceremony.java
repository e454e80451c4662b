// SPDX-License-Identifier: Apache-2.0
package perennial.ca.ceremony;

import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import perennial.ca.CaException;
import perennial.ca.Pkcs10;
import perennial.ca.ServiceCredential;
import perennial.ca.ceremony.CeremonyPlan.AuthorityPlan;
import perennial.ca.ceremony.CeremonyPlan.CertificatePlan;
import perennial.ca.ceremony.CeremonyPlan.KeyPlan;
import perennial.ca.ceremony.CeremonyPlan.PreviousPlan;
import perennial.ca.ceremony.CeremonyPlan.RootPlan;
import perennial.core.advice.Problem;
import perennial.core.authority.CertificationRequest;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.Validity;
import perennial.core.crypto.KeyPlace;
import perennial.core.crypto.Signer;

/// Does what a plan says, once: makes keys, signs certificates, writes results and a transcript.
/// What fails stops it; keys that were made until then stay in their places, and the same plan with
/// `key-exists: yes` goes on with them.
public final class Ceremony {
    private static final String TRANSCRIPT = "transcript.txt";

    private final CeremonyPlan plan;
    private final Map<String, KeyPlace> places;
    private final CeremonyFolder folder;
    private final CaSigning signing;
    private final Clock clock;
    private final Transcript transcript;

    /// @param places opened, by the names in the plan; stay the caller's to close
    /// @param plan as it was read
    /// @param planFile its octets, whose digest the transcript tells
    /// @param software name and version for the transcript
    public Ceremony(
            CeremonyPlan plan,
            byte[] planFile,
            Map<String, KeyPlace> places,
            String software,
            Clock clock,
            SecureRandom random) {
        this.plan = plan;
        this.places = Map.copyOf(places);
        this.folder = new CeremonyFolder(plan.folder());
        this.signing = new CaSigning(random);
        this.clock = clock;
        this.transcript =
                new Transcript(
                        plan.title(),
                        clock.instant().truncatedTo(ChronoUnit.SECONDS),
                        software,
                        planFile);
    }

    /// The files that this plan writes, in the order of its steps.
    public static List<String> results(CeremonyPlan plan) {
        List<String> files = new ArrayList<>();
        plan.root()
                .ifPresent(root -> {
                    String name = root.certificate().file();
                    if (root.existing().isEmpty()) {
                        files.add(name + ".cer");
                    }
                    if (root.previous().isPresent()) {
                        files.add(name + "-old-with-new.cer");
                        files.add(name + "-new-with-old.cer");
                    }
                });
        for (AuthorityPlan authority : plan.authorities()) {
            if (authority.existing().isEmpty()) {
                files.add(
                        authority.certificate().file()
                                + (plan.root().isPresent() ? ".cer" : ".csr"));
            }
        }
        plan.root().ifPresent(root -> files.add(root.certificate().file() + ".crl"));
        files.add(TRANSCRIPT);
        return files;
    }

    /// Does everything.
    ///
    /// @return the transcript, UTF-8, which is also in the folder
    /// @throws CaException FILE_NOT_USABLE, LINT_REFUSED, REQUEST_INVALID, CONFIGURATION_INVALID
    /// @throws perennial.core.crypto.KeyPlaceException when a key's place fails
    public byte[] perform() {
        folder.requireFree(results(plan));
        Optional<ServiceCredential> root = plan.root().map(this::root);
        plan.root()
                .flatMap(RootPlan::previous)
                .ifPresent(previous -> rollOver(previous, root.orElseThrow()));
        for (AuthorityPlan authority : plan.authorities()) {
            if (authority.existing().isPresent()) {
                install(authority);
            } else if (root.isPresent()) {
                certify(authority, root.get());
            } else {
                request(authority);
            }
        }
        plan.root().ifPresent(one -> crl(one, root.orElseThrow()));
        byte[] text = transcript.finished(now(), plan.witnesses());
        folder.write(TRANSCRIPT, text);
        return text;
    }

    private ServiceCredential root(RootPlan root) {
        CertificatePlan says = root.certificate();
        if (root.existing().isPresent()) {
            Certificate own = CeremonyFolder.certificate(root.existing().get());
            transcript.step("使用既有的根憑證", "The root exists");
            transcript.certificate(own);
            requireName(own, says);
            return new ServiceCredential(
                    place(root.key()).signer(root.key().name(), own.publicKey()), own);
        }
        PublicKey key = key(root.key());
        Signer signer = place(root.key()).signer(root.key().name(), key);
        CaTbs tbs =
                new CaTbs(
                        signing.serial(),
                        says.name(),
                        key,
                        says.name(),
                        key,
                        CaSigning.validity(now(), says.lifetime(), Instant.MAX),
                        says.pathLength(),
                        says.policies(),
                        Optional.empty(),
                        Optional.empty());
        Certificate own = signing.certificate(tbs, signer, Optional.empty());
        written("簽發根憑證", "The root certifies itself", says.file(), own);
        place(root.key()).certified(root.key().name(), own);
        return new ServiceCredential(signer, own);
    }

    private void certify(AuthorityPlan authority, ServiceCredential root) {
        CertificatePlan says = authority.certificate();
        PublicKey key = authority.key().map(this::key).orElseGet(() -> requested(authority));
        Validity validity =
                CaSigning.validity(
                        now(), says.lifetime(), root.certificate().validity().notAfter());
        CaTbs tbs =
                new CaTbs(
                        signing.serial(),
                        root.certificate().subject(),
                        root.certificate().publicKey(),
                        says.name(),
                        key,
                        validity,
                        says.pathLength(),
                        says.policies(),
                        authority.issuerAddress(),
                        authority.crlAddress());
        Certificate certificate =
                signing.certificate(tbs, root.signer(), Optional.of(root.certificate()));
        written("根憑證管理中心簽發下屬憑證", "The root certifies an authority", says.file(), certificate);
        authority.key().ifPresent(own -> place(own).certified(own.name(), certificate));
    }

    private PublicKey requested(AuthorityPlan authority) {
        byte[] der = CeremonyFolder.read(authority.request().orElseThrow());
        CertificationRequest request =
                Pkcs10.read(der, new UUID(0, 0), "authority", Optional.empty());
        if (!request.subject().equals(authority.certificate().name())) {
            throw new CaException(
                    Problem.REQUEST_INVALID,
                    "the request is for %s, the plan says %s"
                            .formatted(request.subject(), authority.certificate().name()));
        }
        transcript.step("讀入憑證申請檔並驗證簽章", "A request was read and its signature verified");
        transcript.file(authority.certificate().file() + ".csr", der);
        return request.key();
    }

    private void request(AuthorityPlan authority) {
        KeyPlan own = authority.key().orElseThrow();
        PublicKey key = key(own);
        byte[] request =
                CaSigning.request(
                        authority.certificate().name(), place(own).signer(own.name(), key));
        String name = authority.certificate().file() + ".csr";
        folder.write(name, request);
        transcript.step("產生憑證申請檔", "A request for the root was made");
        transcript.file(name, request);
    }

    /// The certificate that came back for a request goes to its key.
    private void install(AuthorityPlan authority) {
        KeyPlan own = authority.key().orElseThrow();
        Certificate certificate = CeremonyFolder.certificate(authority.existing().orElseThrow());
        requireName(certificate, authority.certificate());
        PublicKey key =
                place(own)
                        .find(own.name(), own.kind())
                        .orElseThrow(() ->
                                new CaException(
                                        Problem.AUTHORITY_KEY_WRONG,
                                        "no key \"%s\" in %s"
                                                .formatted(own.name(), place(own).description())));
        var _ = new ServiceCredential(place(own).signer(own.name(), key), certificate);
        place(own).certified(own.name(), certificate);
        transcript.step("安裝簽回的憑證", "The certificate that came back belongs to its key");
        transcript.certificate(certificate);
    }

    /// Links between two roots (RFC 9810 4.4): whoever trusts one of them believes the other. Each
    /// lives while both keys do.
    private void rollOver(PreviousPlan previous, ServiceCredential root) {
        Certificate old = CeremonyFolder.certificate(previous.certificate());
        ServiceCredential before =
                new ServiceCredential(
                        place(previous.place()).signer(previous.keyName(), old.publicKey()), old);
        String file = plan.root().orElseThrow().certificate().file();
        Certificate oldWithNew = link(before.certificate(), root, old.validity().notAfter());
        written(
                "新根簽發舊根（連結憑證）",
                "The new root certifies the old one",
                file + "-old-with-new",
                oldWithNew);
        Certificate newWithOld = link(root.certificate(), before, old.validity().notAfter());
        written(
                "舊根簽發新根（連結憑證）",
                "The old root certifies the new one",
                file + "-new-with-old",
                newWithOld);
    }

    private Certificate link(Certificate subject, ServiceCredential issuer, Instant end) {
        Instant begin =
                max(subject.validity().notBefore(), issuer.certificate().validity().notBefore());
        CaTbs tbs =
                new CaTbs(
                        signing.serial(),
                        issuer.certificate().subject(),
                        issuer.certificate().publicKey(),
                        subject.subject(),
                        subject.publicKey(),
                        new Validity(begin, end),
                        subject.x509().getBasicConstraints(),
                        List.of(),
                        Optional.empty(),
                        Optional.empty());
        return signing.certificate(tbs, issuer.signer(), Optional.of(issuer.certificate()));
    }

    private void crl(RootPlan root, ServiceCredential credential) {
        List<CaSigning.Revoked> revoked =
                root.revoked().stream()
                        .map(one ->
                                new CaSigning.Revoked(
                                        CeremonyFolder.certificate(one.certificate()),
                                        one.reason()))
                        .toList();
        byte[] crl =
                signing.crl(
                        credential,
                        CaSigning.validity(now(), root.crlLifetime(), Instant.MAX),
                        revoked);
        String name = root.certificate().file() + ".crl";
        folder.write(name, crl);
        transcript.step(
                "簽發根憑證管理中心之廢止清冊，共 %d 筆".formatted(revoked.size()),
                "The root's CRL, entries: %d".formatted(revoked.size()));
        transcript.file(name, crl);
    }

    private PublicKey key(KeyPlan key) {
        KeyPlace place = place(key);
        Optional<PublicKey> existing = place.find(key.name(), key.kind());
        if (existing.isPresent() != key.exists()) {
            throw new CaException(
                    Problem.AUTHORITY_KEY_WRONG,
                    key.exists()
                            ? "no key \"%s\" in %s".formatted(key.name(), place.description())
                            : "a key \"%s\" is in %s already; key-exists: yes uses it"
                                    .formatted(key.name(), place.description()));
        }
        PublicKey own = existing.orElseGet(() -> place.generate(key.name(), key.kind()));
        if (key.exists()) {
            transcript.step("使用既有金鑰", "A key that exists is used");
        } else {
            transcript.step("產生金鑰", "A key was made");
        }
        transcript.key(key.name(), place.description(), own);
        return own;
    }

    private KeyPlace place(KeyPlan key) {
        return place(key.place());
    }

    private KeyPlace place(String name) {
        return Optional.ofNullable(places.get(name))
                .orElseThrow(() -> new IllegalArgumentException("no place " + name));
    }

    private void written(String chinese, String english, String file, Certificate certificate) {
        folder.write(file + ".cer", certificate.der());
        transcript.step(chinese, english);
        transcript.certificate(certificate);
    }

    private static void requireName(Certificate certificate, CertificatePlan says) {
        if (!certificate.subject().equals(says.name())) {
            throw new CaException(
                    Problem.CONFIGURATION_INVALID,
                    "the certificate is of %s, the plan says %s"
                            .formatted(certificate.subjectText(), says.name()));
        }
    }

    private static Instant max(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }
}
