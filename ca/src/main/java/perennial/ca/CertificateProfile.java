// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import perennial.core.certificate.KeyUsage;
import perennial.core.crypto.KeyAlgorithm;
import perennial.core.renewal.RenewalPolicy;

/// One kind of certificate (RFC 3647 outline 6.3.2, 7.1): whom it names, what its extensions say,
/// how long it lives and how it is renewed.
///
/// @param name lower-case word that names the profile in requests and settings
/// @param version counted up by whoever changes the profile; from 1
/// @param subject the attributes that a subject may have and must have, in no order; empty allows
///   any subject
/// @param keyUsages the key usage extension, critical
/// @param extendedKeyUsages object identifiers in dotted form; empty for no such extension
/// @param policies certificate policy object identifiers in dotted form; at least one
/// @param directoryAttributes what the subject directory attributes say; empty for no such
///   extension
/// @param mail whether the subject alternative name carries a mail address
/// @param lifetimes how long certificates live
/// @param algorithms which kinds of keys are certified, each set from its date on, UTC; empty for
///   all that this authority can check
/// @param renewal when and how the certificates are renewed; empty leaves that to the registration
///   authority
public record CertificateProfile(
        String name,
        int version,
        List<SubjectAttribute> subject,
        Set<KeyUsage> keyUsages,
        List<String> extendedKeyUsages,
        List<String> policies,
        List<DirectoryAttribute> directoryAttributes,
        Presence mail,
        Lifetimes lifetimes,
        NavigableMap<LocalDate, Set<KeyAlgorithm>> algorithms,
        Optional<RenewalPolicy> renewal) {

    public CertificateProfile {
        if (!name.matches("[a-z][a-z0-9-]{0,31}")) {
            throw new IllegalArgumentException(
                    "profile name must be a lower-case word of at most 32, got " + name);
        }
        if (version < 1) {
            throw new IllegalArgumentException("versions begin with 1, got " + version);
        }
        if (policies.isEmpty()) {
            throw new IllegalArgumentException("a profile needs a certificate policy");
        }
        subject = List.copyOf(subject);
        keyUsages = Set.copyOf(keyUsages);
        extendedKeyUsages = List.copyOf(extendedKeyUsages);
        policies = List.copyOf(policies);
        directoryAttributes = List.copyOf(directoryAttributes);
        algorithms = Collections.unmodifiableNavigableMap(new TreeMap<>(algorithms));
    }

    /// The kinds of keys that are certified at this time; empty for all that can be checked.
    public Optional<Set<KeyAlgorithm>> algorithms(Instant at) {
        if (algorithms.isEmpty()) {
            return Optional.empty();
        }
        Map.Entry<LocalDate, Set<KeyAlgorithm>> valid =
                algorithms.floorEntry(LocalDate.ofInstant(at, ZoneOffset.UTC));
        return Optional.of(valid == null ? Set.of() : valid.getValue());
    }

    /// Whether something stands in a certificate.
    public enum Presence {
        ABSENT,
        OPTIONAL,
        REQUIRED
    }

    /// How long certificates live; both ends of a validity are inside (RFC 5280 4.1.2.5).
    ///
    /// @param first how long a first certificate lives, in calendar terms, UTC
    /// @param renewal what a renewal adds
    /// @param notBefore where a renewed certificate's validity begins
    /// @param notAfter from where a renewal's lifetime is counted
    public record Lifetimes(
            Period first, Period renewal, NotBeforeRule notBefore, NotAfterRule notAfter) {
        public Lifetimes {
            if (first.isZero() || first.isNegative() || renewal.isZero() || renewal.isNegative()) {
                throw new IllegalArgumentException("lifetimes must be longer than nothing");
            }
        }
    }

    /// Where the validity of a renewed certificate begins.
    public enum NotBeforeRule {
        /// At the time of issue.
        AT_ISSUE,
        /// Where the old certificate's began.
        CARRY_OVER
    }

    /// From where the lifetime of a renewed certificate is counted.
    public enum NotAfterRule {
        /// From the old certificate's end, so that renewing early costs the holder nothing.
        FROM_OLD_EXPIRY,
        /// From the time of issue.
        FROM_ISSUE
    }

    /// An attribute of the subject's name.
    ///
    /// @param type object identifier in dotted form
    /// @param required whether every subject has it
    /// @param value the one value that is allowed; absent for any
    /// @param pattern a regular expression that the whole value fits; absent for any
    public record SubjectAttribute(
            String type, boolean required, Optional<String> value, Optional<String> pattern) {}

    /// An attribute of the subject that is not part of its name (RFC 5280 4.2.1.8).
    ///
    /// @param type object identifier in dotted form
    /// @param required whether every certificate has it
    /// @param value the one value that is allowed, as text; absent for any. Where it is required
    ///   and not given, it is put in
    public record DirectoryAttribute(
            String type, ValueKind kind, boolean required, Optional<String> value) {}

    /// What type in ASN.1 a directory attribute's value has.
    public enum ValueKind {
        OBJECT_IDENTIFIER,
        INTEGER,
        UTF8_STRING,
        PRINTABLE_STRING
    }
}
