// SPDX-License-Identifier: Apache-2.0
package perennial.ca.settings;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import perennial.ca.CaException;
import perennial.ca.CertificateProfile;
import perennial.ca.CertificateProfile.DirectoryAttribute;
import perennial.ca.CertificateProfile.Lifetimes;
import perennial.ca.CertificateProfile.NotAfterRule;
import perennial.ca.CertificateProfile.NotBeforeRule;
import perennial.ca.CertificateProfile.Presence;
import perennial.ca.CertificateProfile.SubjectAttribute;
import perennial.ca.CertificateProfile.ValueKind;
import perennial.core.certificate.KeyUsage;
import perennial.core.crypto.KeyAlgorithm;
import perennial.core.renewal.RenewalKind;
import perennial.core.renewal.RenewalPolicy;

/// A certificate profile as a YAML file; `docs/profiles.md` says what each key means.
public final class ProfileFile {
    /// X.520 and RFC 4519 attributes, by the names that people use.
    private static final Map<String, String> ATTRIBUTES =
            Map.ofEntries(
                    Map.entry("C", "2.5.4.6"),
                    Map.entry("ST", "2.5.4.8"),
                    Map.entry("L", "2.5.4.7"),
                    Map.entry("O", "2.5.4.10"),
                    Map.entry("OU", "2.5.4.11"),
                    Map.entry("CN", "2.5.4.3"),
                    Map.entry("surname", "2.5.4.4"),
                    Map.entry("givenName", "2.5.4.42"),
                    Map.entry("title", "2.5.4.12"),
                    Map.entry("serialNumber", "2.5.4.5"),
                    Map.entry("organizationIdentifier", "2.5.4.97"));

    /// Key purposes by their names (RFC 5280 4.2.1.12; cmcCA and cmcRA: RFC 6402 2.10;
    /// documentSigning: RFC 9336).
    private static final Map<String, String> PURPOSES =
            Map.of(
                    "serverAuth", "1.3.6.1.5.5.7.3.1",
                    "clientAuth", "1.3.6.1.5.5.7.3.2",
                    "emailProtection", "1.3.6.1.5.5.7.3.4",
                    "timeStamping", "1.3.6.1.5.5.7.3.8",
                    "OCSPSigning", "1.3.6.1.5.5.7.3.9",
                    "cmcCA", "1.3.6.1.5.5.7.3.27",
                    "cmcRA", "1.3.6.1.5.5.7.3.28",
                    "documentSigning", "1.3.6.1.5.5.7.3.36");

    private ProfileFile() {}

    /// @throws CaException FILE_NOT_USABLE; CONFIGURATION_INVALID with file and line
    public static CertificateProfile read(Path file) {
        return Section.read(file, ProfileFile::profile);
    }

    /// @param name of the file, for what is said of errors
    /// @throws CaException CONFIGURATION_INVALID with file and line
    public static CertificateProfile read(String name, byte[] text) {
        return Section.read(name, text, ProfileFile::profile);
    }

    /// The name of an attribute of a subject, or its object identifier when it has no short one.
    static String attributeName(String type) {
        return ATTRIBUTES.entrySet().stream()
                .filter(entry -> entry.getValue().equals(type))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(type);
    }

    private static CertificateProfile profile(Section file) {
        return new CertificateProfile(
                file.value("profile").text(),
                file.value("version").number(1, Integer.MAX_VALUE),
                file.namedSections("subject", ProfileFile::subjectAttribute).entrySet().stream()
                        .map(entry -> named(entry.getKey(), entry.getValue(), file))
                        .toList(),
                keyUsages(file.value("key-usage")),
                file.optional("extended-key-usage")
                        .map(purposes -> purposes.each(ProfileFile::purpose))
                        .orElse(List.of()),
                file.value("policies").each(Value::objectIdentifier),
                file
                        .namedSections(
                                "subject-directory-attributes", ProfileFile::directoryAttribute)
                        .entrySet()
                        .stream()
                        .map(entry -> typed(entry.getKey(), entry.getValue()))
                        .toList(),
                file.optional("mail")
                        .map(value -> value.choice(Presence.class))
                        .orElse(Presence.ABSENT),
                file.section("validity", ProfileFile::lifetimes),
                algorithms(file.namedValues("algorithms", ProfileFile::keyAlgorithms), file),
                file.optionalSection("renewal", ProfileFile::renewal));
    }

    private static SubjectAttribute subjectAttribute(Section section) {
        Optional<String> pattern = section.optional("pattern").map(ProfileFile::pattern);
        return new SubjectAttribute(
                "",
                section.optional("required").map(Value::flag).orElse(false),
                section.optional("value").map(Value::text),
                pattern);
    }

    private static String pattern(Value value) {
        try {
            return Pattern.compile(value.text()).pattern();
        } catch (PatternSyntaxException e) {
            throw value.refused("not a regular expression: " + e.getDescription());
        }
    }

    private static SubjectAttribute named(String name, SubjectAttribute rule, Section file) {
        String type = ATTRIBUTES.getOrDefault(name, name);
        if (!type.startsWith("2.") && !type.startsWith("1.") && !type.startsWith("0.")) {
            throw file.refused(
                    "subject: no attribute is named %s; names are %s, or an object identifier"
                            .formatted(name, ATTRIBUTES.keySet().stream().sorted().toList()));
        }
        return new SubjectAttribute(type, rule.required(), rule.value(), rule.pattern());
    }

    private static Set<KeyUsage> keyUsages(Value value) {
        EnumSet<KeyUsage> usages = EnumSet.noneOf(KeyUsage.class);
        usages.addAll(value.each(ProfileFile::keyUsage));
        return usages;
    }

    /// `digitalSignature` as RFC 5280 4.2.1.3 writes it.
    private static KeyUsage keyUsage(Value value) {
        return value.as(text -> {
            for (KeyUsage usage : KeyUsage.values()) {
                if (usage.name().replace("_", "").equals(text.toUpperCase(Locale.ROOT))) {
                    return usage;
                }
            }
            throw new IllegalArgumentException("no key usage is named " + text);
        });
    }

    private static String purpose(Value value) {
        String known = PURPOSES.get(value.text());
        return known == null ? value.objectIdentifier() : known;
    }

    private static DirectoryAttribute directoryAttribute(Section section) {
        return new DirectoryAttribute(
                "",
                section.value("type").choice(ValueKind.class),
                section.optional("required").map(Value::flag).orElse(false),
                section.optional("value").map(Value::text));
    }

    private static DirectoryAttribute typed(String type, DirectoryAttribute rule) {
        return new DirectoryAttribute(type, rule.kind(), rule.required(), rule.value());
    }

    private static Lifetimes lifetimes(Section section) {
        return new Lifetimes(
                section.value("lifetime").period(),
                section.optional("renewal-lifetime")
                        .orElseGet(() -> section.value("lifetime"))
                        .period(),
                section.value("not-before").choice(NotBeforeRule.class),
                section.value("not-after").choice(NotAfterRule.class));
    }

    private static Set<KeyAlgorithm> keyAlgorithms(Value value) {
        EnumSet<KeyAlgorithm> algorithms = EnumSet.noneOf(KeyAlgorithm.class);
        algorithms.addAll(value.each(one -> one.choice(KeyAlgorithm.class)));
        return algorithms;
    }

    private static NavigableMap<LocalDate, Set<KeyAlgorithm>> algorithms(
            Map<String, Set<KeyAlgorithm>> written, Section file) {
        NavigableMap<LocalDate, Set<KeyAlgorithm>> dated = new TreeMap<>();
        written.forEach((date, algorithms) -> {
            try {
                dated.put(LocalDate.parse(date), algorithms);
            } catch (DateTimeException e) {
                throw file.refused("algorithms: expected a date like 2026-11-25, got " + date);
            }
        });
        return dated;
    }

    private static RenewalPolicy renewal(Section section) {
        return new RenewalPolicy(
                section.value("kind").choice(RenewalKind.class),
                section.value("opens").duration(),
                section.value("closes").duration(),
                section.value("max-times").number(0, 1_000_000),
                section.value("key-life").period());
    }
}
