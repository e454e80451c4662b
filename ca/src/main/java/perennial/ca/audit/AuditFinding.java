// SPDX-License-Identifier: Apache-2.0
package perennial.ca.audit;

/// What a verification found.
///
/// @param node whose records it is about
/// @param sequence the record at which it shows; 0 when it is about none
/// @param detail numbers and names, the same in every language
public record AuditFinding(Kind kind, String node, long sequence, String detail) {
    /// What it means. Whoever reads the report is told in words.
    public enum Kind {
        /// A line that this software does not write.
        NOT_A_RECORD(true),
        /// The record, or its signature, was changed, or another key signed it.
        SIGNATURE_WRONG(true),
        /// The record before was exchanged.
        CHAIN_BROKEN(true),
        /// Records were taken out, repeated or put in another order.
        RECORDS_MISSING(true),
        /// The first records are not here.
        BEGINNING_MISSING(true),
        /// The database has seen later records: the log was shortened or is an old copy.
        END_MISSING(true),
        /// The database has seen another record of that number.
        HEAD_DIFFERS(true),
        /// The log knows that the database had seen more: the database is an old copy.
        DATABASE_OLDER(true),
        /// The database knows the node by another key, or the key is not the expected one.
        KEY_DIFFERS(true),
        /// The node's public key is not beside its records.
        KEY_MISSING(true),
        /// The database knows a node whose records are not here.
        LOG_MISSING(true),
        /// A certificate is in the database and no record says that it was going to be signed.
        CERTIFICATE_UNRECORDED(true),
        /// A certificate was issued and the database does not have it, or has another.
        CERTIFICATE_LOST(true),
        /// A certificate is revoked in the database and no record says so.
        REVOCATION_UNRECORDED(true),
        /// The database does not show what was last done to a certificate's status.
        REVOCATION_LOST(true),
        /// The last line is not whole: being written now, or cut off by a crash.
        TORN_END(false),
        /// A line that a crash had cut off was dropped.
        RECOVERED(false),
        /// Events were lost while the disk was full.
        EVENTS_LOST(true),
        /// An operator went on in spite of damage.
        ACCEPTED(false),
        /// The database was put back from a backup.
        RESTORED(false),
        /// The clock was more than a minute behind the record before.
        CLOCK_BACK(false);

        private final boolean breach;

        Kind(boolean breach) {
            this.breach = breach;
        }

        /// Whether the records must not be believed as they are; otherwise it is worth knowing.
        public boolean isBreach() {
            return breach;
        }
    }
}
