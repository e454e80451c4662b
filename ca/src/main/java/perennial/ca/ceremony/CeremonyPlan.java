// SPDX-License-Identifier: Apache-2.0
package perennial.ca.ceremony;

import java.net.URI;
import java.nio.file.Path;
import java.time.Period;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import perennial.ca.CaException;
import perennial.ca.settings.Section;
import perennial.ca.settings.Value;
import perennial.core.certificate.RevocationReason;
import perennial.core.crypto.KeyKind;

/// What a ceremony does, as its file says it; all of it known before the first key is made.
///
/// @param title stands above the transcript
/// @param folder where certificates, requests, CRL and transcript are written; nothing in it is
///   ever overwritten
/// @param witnesses roles, each with a line to sign on
/// @param places by the names that keys refer to them
/// @param root empty where the root is on another machine: then the authorities get requests
public record CeremonyPlan(
        String title,
        Path folder,
        List<String> witnesses,
        Map<String, PlacePlan> places,
        Optional<RootPlan> root,
        List<AuthorityPlan> authorities) {

    public CeremonyPlan {
        witnesses = List.copyOf(witnesses);
        places = Map.copyOf(places);
        authorities = List.copyOf(authorities);
    }

    /// A key of the ceremony.
    ///
    /// @param exists whether it must be there already; otherwise it must not
    public record KeyPlan(String place, String name, KeyKind kind, boolean exists) {}

    /// What a certificate for an authority says.
    ///
    /// @param pathLength how many authorities may follow below
    /// @param policies object identifiers; of a root usually none
    public record CertificatePlan(
            String file,
            X500Principal name,
            Period lifetime,
            int pathLength,
            List<String> policies) {
        public CertificatePlan {
            policies = List.copyOf(policies);
        }
    }

    /// @param certificate the root's own where it exists already
    /// @param previous the root that this one follows
    /// @param crlLifetime how long the root's CRL is valid
    public record RootPlan(
            CertificatePlan certificate,
            KeyPlan key,
            Optional<Path> existing,
            Optional<PreviousPlan> previous,
            Period crlLifetime,
            List<RevokedPlan> revoked) {
        public RootPlan {
            revoked = List.copyOf(revoked);
        }
    }

    /// An older root, whose key signs the new one, and whose key the new one signs.
    public record PreviousPlan(Path certificate, String place, String keyName) {}

    /// An authority whose certificate the root's CRL revokes.
    public record RevokedPlan(Path certificate, RevocationReason reason) {}

    /// Exactly one of key and request is there.
    ///
    /// @param request a PKCS #10 request from the machine where the key is
    /// @param existing the certificate that came back for this key's request
    /// @param issuerAddress where relying parties find the root's certificate
    /// @param crlAddress where they find the root's CRL
    public record AuthorityPlan(
            CertificatePlan certificate,
            Optional<KeyPlan> key,
            Optional<Path> request,
            Optional<Path> existing,
            Optional<URI> issuerAddress,
            Optional<URI> crlAddress) {}

    /// Reads a file strictly: what it does not know, it refuses with the line.
    ///
    /// @throws CaException CONFIGURATION_INVALID, FILE_NOT_USABLE
    public static CeremonyPlan read(Path file) {
        Path base = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file);
        return Section.read(file, section -> plan(section, base));
    }

    private static CeremonyPlan plan(Section section, Path base) {
        CeremonyPlan plan =
                new CeremonyPlan(
                        section.value("ceremony").text(),
                        path(section.value("folder"), base),
                        section.optional("witnesses")
                                .map(v -> v.each(Value::text))
                                .orElse(List.of()),
                        section.namedSections("places", place -> PlacePlan.read(place, base)),
                        section.optionalSection("root", root -> root(root, base)),
                        section.sections("authorities", one -> authority(one, base)));
        plan.check(section);
        return plan;
    }

    private void check(Section section) {
        Set<String> files = new HashSet<>();
        root.ifPresent(one -> files.add(one.certificate().file()));
        for (AuthorityPlan authority : authorities) {
            if (!files.add(authority.certificate().file())) {
                throw section.refused(
                        "two certificates are named " + authority.certificate().file());
            }
            if (root.isEmpty() && authority.request().isPresent()) {
                throw section.refused("a request is signed by a root, and there is none here");
            }
        }
        root.ifPresent(one -> requirePlace(one.key().place(), section));
        root.flatMap(RootPlan::previous)
                .ifPresent(previous -> requirePlace(previous.place(), section));
        authorities.stream()
                .flatMap(authority -> authority.key().stream())
                .forEach(key -> requirePlace(key.place(), section));
    }

    private void requirePlace(String place, Section section) {
        if (!places.containsKey(place)) {
            throw section.refused("no place is named " + place);
        }
    }

    private static RootPlan root(Section section, Path base) {
        return new RootPlan(
                certificate(section, "root", 1),
                key(section),
                section.optional("certificate").map(v -> path(v, base)),
                section.optionalSection(
                        "previous",
                        previous ->
                                new PreviousPlan(
                                        path(previous.value("certificate"), base),
                                        previous.value("place").text(),
                                        previous.value("key-name").text())),
                section.optional("crl-lifetime").map(Value::period).orElse(Period.ofYears(1)),
                section.sections(
                        "revoked",
                        one ->
                                new RevokedPlan(
                                        path(one.value("certificate"), base),
                                        one.value("reason").choice(RevocationReason.class))));
    }

    private static AuthorityPlan authority(Section section, Path base) {
        Optional<Path> request = section.optional("request").map(v -> path(v, base));
        return new AuthorityPlan(
                certificate(section, section.value("file").as(CeremonyPlan::word), 0),
                request.isPresent() ? Optional.empty() : Optional.of(key(section)),
                request,
                section.optional("certificate").map(v -> path(v, base)),
                section.optional("issuer-address").map(Value::address),
                section.optional("crl-address").map(Value::address));
    }

    private static CertificatePlan certificate(Section section, String file, int pathLength) {
        return new CertificatePlan(
                section.optional("file").map(v -> v.as(CeremonyPlan::word)).orElse(file),
                section.value("name").as(X500Principal::new),
                section.value("lifetime").period(),
                section.optional("path-length").map(v -> v.number(0, 10)).orElse(pathLength),
                section.optional("policies")
                        .map(v -> v.each(Value::objectIdentifier))
                        .orElse(List.of()));
    }

    private static KeyPlan key(Section section) {
        return new KeyPlan(
                section.value("place").text(),
                section.value("key-name").as(CeremonyPlan::word),
                section.value("key").as(KeyKind::ofText),
                section.optional("key-exists").map(Value::flag).orElse(false));
    }

    /// The name of a file or key.
    private static String word(String text) {
        if (!text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
            throw new IllegalArgumentException(
                    "a name has letters, digits, '.', '_' and '-', got " + text);
        }
        return text;
    }

    private static Path path(Value value, Path base) {
        return base.resolve(Path.of(value.text())).normalize();
    }
}
