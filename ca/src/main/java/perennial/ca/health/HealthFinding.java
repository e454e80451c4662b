// SPDX-License-Identifier: Apache-2.0
package perennial.ca.health;

import java.time.Instant;

/// Something that is wrong with a running authority, or will be soon.
public sealed interface HealthFinding {
    /// The stable code, H and two digits.
    String code();

    /// For the operator's log and dashboard; numbers and names, no secrets.
    String text();

    /// Nothing can be answered: neither issued nor the status told.
    record DatabaseDown() implements HealthFinding {
        @Override
        public String code() {
            return "H01";
        }

        @Override
        public String text() {
            return "the database does not answer";
        }
    }

    /// Issuing and revoking stand still, status goes on.
    ///
    /// @param waiting events that are kept in memory meanwhile
    record AuditNotWritable(long waiting) implements HealthFinding {
        @Override
        public String code() {
            return "H02";
        }

        @Override
        public String text() {
            return "the audit log takes no records, %d wait; issuing and revoking stand still"
                    .formatted(waiting);
        }
    }

    /// The database has not been told for long how far the records go.
    record AuditUnanchored(long records) implements HealthFinding {
        @Override
        public String code() {
            return "H03";
        }

        @Override
        public String text() {
            return "%d audit records are not known to the database".formatted(records);
        }
    }

    /// A new CRL should have been issued by now.
    record CrlLate(PublishedCrl crl) implements HealthFinding {
        @Override
        public String code() {
            return "H04";
        }

        @Override
        public String text() {
            return "the CRL %s of %s is old".formatted(crl.name(), crl.authority());
        }
    }

    /// Relying parties refuse it, and with it every certificate it stands for (C8).
    record CrlExpired(PublishedCrl crl) implements HealthFinding {
        @Override
        public String code() {
            return "H05";
        }

        @Override
        public String text() {
            return "the CRL %s of %s has expired or was never issued"
                    .formatted(crl.name(), crl.authority());
        }
    }

    /// One of the authority's own certificates needs somebody's attention (C14).
    record CertificateExpiring(OwnCertificate certificate) implements HealthFinding {
        @Override
        public String code() {
            return "H06";
        }

        @Override
        public String text() {
            return "the certificate %s of %s ends on %s"
                    .formatted(certificate.name(), certificate.authority(), certificate.notAfter());
        }
    }

    /// It has ended.
    record CertificateExpired(OwnCertificate certificate) implements HealthFinding {
        @Override
        public String code() {
            return "H07";
        }

        @Override
        public String text() {
            return "the certificate %s of %s has ended"
                    .formatted(certificate.name(), certificate.authority());
        }
    }

    /// A certificate that the authority itself works with.
    ///
    /// @param name what it is for: `issuing`, `ocsp-responder`, `tls` and so on
    record OwnCertificate(String authority, String name, Instant notBefore, Instant notAfter) {}
}
