// SPDX-License-Identifier: Apache-2.0
package perennial.ca.settings;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Period;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import perennial.ca.CertificateProfile;
import perennial.ca.CertificateProfile.SubjectAttribute;
import perennial.core.renewal.RenewalKind;
import perennial.core.renewal.RenewalPolicy;

/// A certification practice statement by the outline of RFC 3647 section 6, with what the profiles
/// say filled in and what only the operator knows left open, in Markdown.
public final class PracticeStatement {
    private static final String OUTLINE = "/perennial/ca/cps.md";

    private final List<CertificateProfile> profiles;

    public PracticeStatement(List<CertificateProfile> profiles) {
        this.profiles =
                profiles.stream().sorted(Comparator.comparing(CertificateProfile::name)).toList();
    }

    public String markdown() {
        return outline()
                .replace("{{policies}}", each(PracticeStatement::policies))
                .replace("{{names}}", each(PracticeStatement::names))
                .replace("{{renewal}}", each(PracticeStatement::renewal))
                .replace("{{algorithms}}", each(PracticeStatement::algorithms))
                .replace("{{lifetimes}}", each(PracticeStatement::lifetimes))
                .replace(
                        "{{profiles}}",
                        profiles.stream()
                                .map(PracticeStatement::extensions)
                                .collect(Collectors.joining("\n")));
    }

    private static String outline() {
        try (InputStream text = PracticeStatement.class.getResourceAsStream(OUTLINE)) {
            if (text == null) {
                throw new IllegalStateException(OUTLINE + " is not in this build");
            }
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String each(Function<CertificateProfile, String> line) {
        return profiles.stream()
                .map(profile -> "* `%s`: %s\n".formatted(profile.name(), line.apply(profile)))
                .collect(Collectors.joining());
    }

    private static String policies(CertificateProfile profile) {
        return String.join(", ", profile.policies());
    }

    private static String names(CertificateProfile profile) {
        return profile.subject().isEmpty()
                ? "any name the registration authority gives"
                : profile.subject().stream()
                        .map(PracticeStatement::attribute)
                        .collect(Collectors.joining(", "));
    }

    private static String attribute(SubjectAttribute attribute) {
        String name = ProfileFile.attributeName(attribute.type());
        String value =
                attribute
                        .value()
                        .map(" = %s"::formatted)
                        .or(() -> attribute.pattern().map(" ~ `%s`"::formatted))
                        .orElse("");
        return attribute.required() ? name + value : "[%s%s]".formatted(name, value);
    }

    private static String renewal(CertificateProfile profile) {
        Optional<RenewalPolicy> policy = profile.renewal();
        if (policy.isEmpty()) {
            return "as the registration authority decides";
        }
        return "%s, from %s before expiry until %s, at most %d times, a key for at most %s"
                .formatted(
                        policy.get().kind() == RenewalKind.RENEWAL
                                ? "renewal with the same key"
                                : "re-key",
                        days(policy.get().opens()),
                        policy.get().closes().isZero()
                                ? "expiry"
                                : days(policy.get().closes()) + " after it",
                        policy.get().maxTimes(),
                        period(policy.get().keyLife()));
    }

    private static String algorithms(CertificateProfile profile) {
        return profile.algorithms().isEmpty()
                ? "RSA from 2048 bits, P-256, P-384"
                : profile.algorithms().entrySet().stream()
                        .map(entry ->
                                "from %s %s"
                                        .formatted(
                                                entry.getKey(),
                                                entry.getValue().stream()
                                                        .map(kind -> kind.name().replace('_', '-'))
                                                        .sorted()
                                                        .collect(Collectors.joining(", "))))
                        .collect(Collectors.joining("; "));
    }

    private static String lifetimes(CertificateProfile profile) {
        var lifetimes = profile.lifetimes();
        return "%s, a renewal adds %s, counted from the %s; validity begins %s"
                .formatted(
                        period(lifetimes.first()),
                        period(lifetimes.renewal()),
                        lifetimes.notAfter() == CertificateProfile.NotAfterRule.FROM_OLD_EXPIRY
                                ? "old expiry"
                                : "issue",
                        lifetimes.notBefore() == CertificateProfile.NotBeforeRule.CARRY_OVER
                                ? "where the old one's began"
                                : "at issue");
    }

    private static String extensions(CertificateProfile profile) {
        StringBuilder table = new StringBuilder();
        table.append("#### `%s`, version %d\n\n".formatted(profile.name(), profile.version()));
        table.append("| extension | critical | value |\n|---|---|---|\n");
        row(table, "keyUsage", true, sorted(profile.keyUsages().stream().map(Enum::name).toList()));
        row(table, "certificatePolicies", false, String.join(", ", profile.policies()));
        row(table, "basicConstraints", false, "cA FALSE");
        row(table, "authorityKeyIdentifier, subjectKeyIdentifier", false, "SHA-1 of the key");
        if (!profile.extendedKeyUsages().isEmpty()) {
            row(table, "extKeyUsage", false, String.join(", ", profile.extendedKeyUsages()));
        }
        if (profile.mail() != CertificateProfile.Presence.ABSENT) {
            row(
                    table,
                    "subjectAltName",
                    false,
                    "rfc822Name, " + profile.mail().name().toLowerCase(Locale.ROOT));
        }
        profile.directoryAttributes()
                .forEach(attribute ->
                        row(
                                table,
                                "subjectDirectoryAttributes " + attribute.type(),
                                false,
                                attribute.kind().name().replace('_', ' ')
                                        + attribute.value().map(" = %s"::formatted).orElse("")
                                        + (attribute.required() ? "" : ", optional")));
        row(table, "cRLDistributionPoints, authorityInfoAccess", false, "under the public base");
        return table.toString();
    }

    private static void row(StringBuilder table, String name, boolean critical, String value) {
        table.append("| %s | %s | %s |\n".formatted(name, critical ? "yes" : "no", value));
    }

    private static String sorted(List<String> names) {
        return names.stream()
                .map(name -> name.toLowerCase(Locale.ROOT).replace('_', ' '))
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static String days(Duration duration) {
        return duration.toDays() + " days";
    }

    private static String period(Period period) {
        return period.getMonths() == 0 && period.getDays() == 0
                ? period.getYears() + " years"
                : period.toTotalMonths() == 0 ? period.getDays() + " days" : period.toString();
    }
}
