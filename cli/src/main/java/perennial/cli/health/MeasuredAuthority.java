// SPDX-License-Identifier: Apache-2.0
package perennial.cli.health;

import perennial.core.authority.CertificationAuthority;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.IssueOutcome;
import perennial.core.authority.RevocationOutcome;
import perennial.core.authority.RevocationRequest;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.CertificateId;

/// An authority whose calls are counted and timed.
final class MeasuredAuthority implements CertificationAuthority {
    private static final String FAILED = "failed";

    private final String name;
    private final CertificationAuthority authority;
    private final Metrics metrics;

    MeasuredAuthority(String name, CertificationAuthority authority, Metrics metrics) {
        this.name = name;
        this.authority = authority;
        this.metrics = metrics;
    }

    @Override
    public IssueOutcome issue(CertificationRequest request) {
        long start = metrics.start();
        String word = FAILED;
        try {
            IssueOutcome outcome = authority.issue(request);
            word =
                    switch (outcome) {
                        case IssueOutcome.Accepted _ -> "accepted";
                        case IssueOutcome.Waiting _ -> "waiting";
                        case IssueOutcome.Rejection(var reason, var _) -> reason.name();
                    };
            return outcome;
        } finally {
            metrics.called(name, "issue", word, start);
        }
    }

    @Override
    public RevocationOutcome revoke(RevocationRequest request) {
        long start = metrics.start();
        String word = FAILED;
        try {
            RevocationOutcome outcome = authority.revoke(request);
            word =
                    switch (outcome) {
                        case RevocationOutcome.Done _ -> "done";
                        case RevocationOutcome.Refused refused -> refused.reason().name();
                    };
            return outcome;
        } finally {
            metrics.called(name, "revoke", word, start);
        }
    }

    @Override
    public CertStatus status(CertificateId certificate) {
        long start = metrics.start();
        String word = FAILED;
        try {
            CertStatus status = authority.status(certificate);
            word =
                    switch (status) {
                        case CertStatus.Good _ -> "good";
                        case CertStatus.Revoked _ -> "revoked";
                        case CertStatus.Unknown _ -> "unknown";
                    };
            return status;
        } finally {
            metrics.called(name, "status", word, start);
        }
    }
}
