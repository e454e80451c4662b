// SPDX-License-Identifier: Apache-2.0
package perennial.cli.server;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import perennial.ca.AuthoritySettings;
import perennial.ca.CaException;
import perennial.ca.CertificateProfile;
import perennial.ca.CrlPolicy;
import perennial.ca.StandardProfiles;
import perennial.ca.audit.AuditSettings;
import perennial.ca.ceremony.PlacePlan;
import perennial.ca.settings.ProfileFile;
import perennial.ca.settings.Section;
import perennial.ca.settings.Value;
import perennial.core.crypto.KeyKind;

/// What `perennial ca serve` is started with: one YAML file, `docs/serve.md` says what each key
/// means. Relative paths are counted from the file.
///
/// @param publicBase where relying parties find this server; stands in certificates
/// @param http address of the listener for what is signed and public
/// @param https address of the listener for those who show a certificate; absent for none
/// @param places where the authorities' keys live, by name
/// @param services where the keys of services live, a folder for each authority
/// @param audit where this process writes its records
/// @param authorities each issuing key; at least one
/// @param roles who may do what over REST, beside what certificates say themselves
public record ServeSettings(
        Database database,
        URI publicBase,
        Listen http,
        Optional<TlsListen> https,
        Map<String, PlacePlan> places,
        Services services,
        AuditSettings audit,
        List<Authority> authorities,
        Roles roles) {

    public ServeSettings {
        places = Map.copyOf(places);
        authorities = List.copyOf(authorities);
        if (authorities.isEmpty()) {
            throw new IllegalArgumentException("at least one authority is needed");
        }
        Set<String> names = new HashSet<>();
        for (Authority authority : authorities) {
            if (!names.add(authority.settings().name())) {
                throw new IllegalArgumentException(
                        "two authorities are named " + authority.settings().name());
            }
            if (!places.containsKey(authority.place())) {
                throw new IllegalArgumentException("no place is named " + authority.place());
            }
        }
    }

    /// @throws CaException FILE_NOT_USABLE; CONFIGURATION_INVALID with file and line
    public static ServeSettings read(Path file) {
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElseThrow();
        return Section.read(file, section -> new Reader(folder, section).settings());
    }

    /// Where the rows are: a server, or a folder in which one is started.
    public sealed interface Database {
        record Server(String url, String user, Path passwordFile, int connections)
                implements Database {}

        record Folder(Path folder) implements Database {}
    }

    /// @param port zero for any free one
    public record Listen(String host, int port) {}

    /// @param credential PKCS #12 file with the server's key and certificates; read again when it
    ///   changes
    public record TlsListen(String host, int port, Path credential, Path passphraseFile) {}

    /// @param kind of the keys that services make for themselves
    public record Services(Path folder, Path passphraseFile, KeyKind kind) {}

    /// One issuing key, as a ceremony made it.
    ///
    /// @param place where the key lives, and by which name
    /// @param certificate file of the issuing certificate
    /// @param root file of the root's
    /// @param est the profile that registration authorities enrol by over EST; absent for no EST
    /// @param cmp profiles that are asked for over CMP, the usual one first; empty for no CMP
    /// @param blockedKeys folder of lists of keys that are never certified
    public record Authority(
            AuthoritySettings settings,
            String place,
            String keyName,
            Path certificate,
            Path root,
            Optional<String> est,
            List<String> cmp,
            Optional<Path> blockedKeys) {}

    /// Files of certificates.
    public record Roles(
            List<Path> registrationAuthorities, List<Path> operators, List<Path> auditors) {
        /// Nobody.
        public static final Roles NONE = new Roles(List.of(), List.of(), List.of());
    }

    /// Reads with paths counted from one folder.
    private record Reader(Path folder, Section file) {
        ServeSettings settings() {
            URI publicBase = file.value("public-base").address();
            return new ServeSettings(
                    file.section("database", this::database),
                    publicBase,
                    file.section("http", Reader::listen),
                    file.optionalSection("https", this::tls),
                    file.namedSections("places", place -> PlacePlan.read(place, folder)),
                    file.section("services", this::services),
                    file.section("audit", this::audit),
                    file.sections("authorities", one -> authority(one, publicBase)),
                    file.optionalSection("roles", this::roles).orElse(Roles.NONE));
        }

        private Path path(Value value) {
            return folder.resolve(value.text());
        }

        private Database database(Section section) {
            Optional<Value> own = section.optional("folder");
            if (own.isPresent()) {
                return new Database.Folder(path(own.get()));
            }
            return new Database.Server(
                    section.value("url")
                            .as(url -> {
                                if (!url.startsWith("jdbc:postgresql:")) {
                                    throw new IllegalArgumentException(
                                            "expected jdbc:postgresql:…, got " + url);
                                }
                                return url;
                            }),
                    section.value("user").text(),
                    path(section.value("password-file")),
                    section.optional("connections")
                            .map(value -> value.number(2, 1_000))
                            .orElse(16));
        }

        private static Listen listen(Section section) {
            return new Listen(
                    section.value("host").text(), section.value("port").number(0, 65_535));
        }

        private TlsListen tls(Section section) {
            return new TlsListen(
                    section.value("host").text(),
                    section.value("port").number(0, 65_535),
                    path(section.value("credential")),
                    path(section.value("passphrase-file")));
        }

        private Services services(Section section) {
            return new Services(
                    path(section.value("folder")),
                    path(section.value("passphrase-file")),
                    section.value("key").as(KeyKind::ofText));
        }

        private AuditSettings audit(Section section) {
            return new AuditSettings(section.value("node").text(), path(section.value("folder")));
        }

        private Authority authority(Section section, URI publicBase) {
            return new Authority(
                    new AuthoritySettings(
                            section.value("name").text(),
                            publicBase,
                            section.value("profiles").each(this::profile),
                            section.optionalSection("crl", Reader::crl).orElse(CrlPolicy.COMPLETE)),
                    section.value("place").text(),
                    section.value("key-name").text(),
                    path(section.value("certificate")),
                    path(section.value("root")),
                    section.optional("est").map(Value::text),
                    section.optional("cmp").map(value -> value.each(Value::text)).orElse(List.of()),
                    section.optional("blocked-keys").map(this::path));
        }

        /// A word names a profile that comes with the program, anything else a file.
        private CertificateProfile profile(Value value) {
            return StandardProfiles.has(value.text())
                    ? StandardProfiles.named(value.text())
                    : ProfileFile.read(path(value));
        }

        private static CrlPolicy crl(Section section) {
            return new CrlPolicy(
                    section.optional("partitions").map(value -> value.number(1, 256)).orElse(1),
                    section.value("life").duration(),
                    section.optional("delta-life").map(Value::duration));
        }

        private Roles roles(Section section) {
            return new Roles(
                    files(section, "registration-authorities"),
                    files(section, "operators"),
                    files(section, "auditors"));
        }

        private List<Path> files(Section section, String key) {
            return section.optional(key).map(value -> value.each(this::path)).orElse(List.of());
        }
    }
}
