// SPDX-License-Identifier: Apache-2.0
package perennial.ca.audit;

import perennial.ca.CaException;

/// Where decisions and key uses are written down. Records keep the order of the calls of each
/// thread. Safe for use by many threads.
public interface AuditTrail {
    /// For what is about to be done: on the disk when this returns.
    ///
    /// @throws CaException AUDIT_NOT_WRITABLE or AUDIT_DAMAGED; then no record stays behind, and it
    ///   must not be done
    void before(AuditEvent event);

    /// For what has been done and cannot be undone: does not wait and does not fail. While the disk
    /// is full it is kept in memory, with its time.
    void after(AuditEvent event);

    /// Waits until everything that was said before is on the disk: nothing leaves the authority
    /// that the records do not have.
    ///
    /// @throws CaException AUDIT_NOT_WRITABLE or AUDIT_DAMAGED
    void settle();

    /// Keeps nothing: for tests and for the demo, never for an authority that anyone relies on.
    static AuditTrail unrecorded() {
        return new AuditTrail() {
            @Override
            public void before(AuditEvent event) {}

            @Override
            public void after(AuditEvent event) {}

            @Override
            public void settle() {}
        };
    }
}
