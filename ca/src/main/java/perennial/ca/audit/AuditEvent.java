// SPDX-License-Identifier: Apache-2.0
package perennial.ca.audit;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.UUID;
import perennial.core.certificate.RevocationReason;
import perennial.core.certificate.SerialNumber;

/// One thing that the authority decided or did. It names certificates by serial number and digest
/// and requests by transaction and digest, never persons: for whom it was stands in the
/// certificate, whose digest is here, and in the register under that transaction.
public sealed interface AuditEvent {
    /// The word that the record carries; never reused for something else.
    String code();

    /// What else the record says, in the order in which it is written.
    SequencedMap<String, String> fields();

    /// A certificate is going to be issued: decided, linted, its serial number committed.
    ///
    /// @param requestDigest SHA-256 of what was asked for
    record IssueDecided(
            String authority,
            SerialNumber serialNumber,
            UUID transaction,
            String profile,
            byte[] requestDigest,
            Optional<SerialNumber> replaces)
            implements AuditEvent {
        @Override
        public String code() {
            return "issue.decided";
        }

        @Override
        public SequencedMap<String, String> fields() {
            return new AuditFields(authority)
                    .with("serial", serialNumber)
                    .with("transaction", transaction.toString())
                    .with("profile", profile)
                    .with("request", requestDigest)
                    .with("replaces", replaces.map(SerialNumber::toString).orElse(""))
                    .map();
        }
    }

    /// A request was turned down, with everything that was found.
    record IssueRefused(
            String authority, UUID transaction, String profile, byte[] requestDigest, String reason)
            implements AuditEvent {
        @Override
        public String code() {
            return "issue.refused";
        }

        @Override
        public SequencedMap<String, String> fields() {
            return new AuditFields(authority)
                    .with("transaction", transaction.toString())
                    .with("profile", profile)
                    .with("request", requestDigest)
                    .with("reason", reason)
                    .map();
        }
    }

    /// The issuing key is about to sign these bytes.
    ///
    /// @param tbsDigest SHA-256 of the TBSCertificate
    record Signing(String authority, SerialNumber serialNumber, byte[] tbsDigest)
            implements AuditEvent {
        @Override
        public String code() {
            return "certificate.signing";
        }

        @Override
        public SequencedMap<String, String> fields() {
            return new AuditFields(authority)
                    .with("serial", serialNumber)
                    .with("tbs", tbsDigest)
                    .map();
        }
    }

    /// The issuing key has signed, and the signature verifies.
    ///
    /// @param certificateDigest SHA-256 of the certificate
    record Signed(String authority, SerialNumber serialNumber, byte[] certificateDigest)
            implements AuditEvent {
        @Override
        public String code() {
            return "certificate.signed";
        }

        @Override
        public SequencedMap<String, String> fields() {
            return new AuditFields(authority)
                    .with("serial", serialNumber)
                    .with("certificate", certificateDigest)
                    .map();
        }
    }

    /// The certificate is in the database.
    record Stored(String authority, SerialNumber serialNumber, byte[] certificateDigest)
            implements AuditEvent {
        @Override
        public String code() {
            return "certificate.stored";
        }

        @Override
        public SequencedMap<String, String> fields() {
            return new AuditFields(authority)
                    .with("serial", serialNumber)
                    .with("certificate", certificateDigest)
                    .map();
        }
    }

    /// A revocation, suspension (certificateHold) or resumption (removeFromCRL) is going to be
    /// committed.
    record RevocationDecided(String authority, SerialNumber serialNumber, RevocationReason reason)
            implements AuditEvent {
        @Override
        public String code() {
            return "revocation.decided";
        }

        @Override
        public SequencedMap<String, String> fields() {
            return new AuditFields(authority)
                    .with("serial", serialNumber)
                    .with("reason", reason.name())
                    .map();
        }
    }

    /// It was committed.
    ///
    /// @param changed false when the certificate had that status before, or cannot have it
    record RevocationDone(
            String authority, SerialNumber serialNumber, RevocationReason reason, boolean changed)
            implements AuditEvent {
        @Override
        public String code() {
            return "revocation.done";
        }

        @Override
        public SequencedMap<String, String> fields() {
            return new AuditFields(authority)
                    .with("serial", serialNumber)
                    .with("reason", reason.name())
                    .with("changed", Boolean.toString(changed))
                    .map();
        }
    }

    /// The issuing key has signed a CRL.
    ///
    /// @param name which of the authority's lists
    /// @param digest SHA-256 of its TBSCertList
    record CrlSigned(String authority, String name, long number, byte[] digest)
            implements AuditEvent {
        @Override
        public String code() {
            return "crl.signed";
        }

        @Override
        public SequencedMap<String, String> fields() {
            return new AuditFields(authority)
                    .with("crl", name)
                    .with("number", Long.toString(number))
                    .with("digest", digest)
                    .map();
        }
    }

    /// A key was opened for use or made.
    ///
    /// @param key what it is for: `issuing`, or the service's profile
    /// @param publicKeyDigest SHA-256 of its SubjectPublicKeyInfo
    record KeyReady(String authority, String key, Origin origin, byte[] publicKeyDigest)
            implements AuditEvent {
        /// Where it came from.
        public enum Origin {
            OPENED,
            GENERATED
        }

        @Override
        public String code() {
            return origin == Origin.OPENED ? "key.opened" : "key.generated";
        }

        @Override
        public SequencedMap<String, String> fields() {
            return new AuditFields(authority)
                    .with("key", key)
                    .with("publicKey", publicKeyDigest)
                    .map();
        }
    }

    /// The service began.
    ///
    /// @param settings the effective settings, without secrets, as one line
    /// @param profiles each with its version
    record Started(String version, String settings, List<String> profiles) implements AuditEvent {
        @Override
        public String code() {
            return "service.started";
        }

        @Override
        public SequencedMap<String, String> fields() {
            return new AuditFields()
                    .with("version", version)
                    .with("settings", settings)
                    .with("profiles", String.join(" ", profiles))
                    .map();
        }
    }

    /// The service ended in good order.
    record Stopped() implements AuditEvent {
        @Override
        public String code() {
            return "service.stopped";
        }

        @Override
        public SequencedMap<String, String> fields() {
            return new AuditFields().map();
        }
    }

    /// An operator's command.
    ///
    /// @param operator the account that it ran under
    /// @param command its words, without secrets
    record Operator(String operator, String command) implements AuditEvent {
        @Override
        public String code() {
            return "operator.command";
        }

        @Override
        public SequencedMap<String, String> fields() {
            return new AuditFields().with("operator", operator).with("command", command).map();
        }
    }

    /// The database was put back to an earlier state.
    ///
    /// @param manifestDigest SHA-256 of the backup's manifest
    /// @param takenAt what the database holds is of this time
    record Restored(String operator, byte[] manifestDigest, Instant takenAt) implements AuditEvent {
        @Override
        public String code() {
            return "database.restored";
        }

        @Override
        public SequencedMap<String, String> fields() {
            return new AuditFields()
                    .with("operator", operator)
                    .with("manifest", manifestDigest)
                    .with("taken", takenAt.toString())
                    .map();
        }
    }

    /// The last record was not whole after a crash; it was never acted upon and is cut off.
    record Recovered(long octets) implements AuditEvent {
        @Override
        public String code() {
            return "log.recovered";
        }

        @Override
        public SequencedMap<String, String> fields() {
            return new AuditFields().with("octets", Long.toString(octets)).map();
        }
    }

    /// More happened while the disk was full than memory was kept for.
    record Lost(long events) implements AuditEvent {
        @Override
        public String code() {
            return "log.lost";
        }

        @Override
        public SequencedMap<String, String> fields() {
            return new AuditFields().with("events", Long.toString(events)).map();
        }
    }

    /// An operator goes on with records that do not fit the database.
    ///
    /// @param damage what was found
    record Accepted(String operator, String reason, String damage) implements AuditEvent {
        @Override
        public String code() {
            return "log.accepted";
        }

        @Override
        public SequencedMap<String, String> fields() {
            return new AuditFields()
                    .with("operator", operator)
                    .with("reason", reason)
                    .with("damage", damage)
                    .map();
        }
    }
}
