// SPDX-License-Identifier: Apache-2.0
package perennial.cli.audit;

import picocli.CommandLine.Command;

/// `perennial audit`: what an auditor asks of the records.
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description = "Verifies and exports the authority's audit logs.",
        subcommands = {
            AuditVerifyCommand.class,
            AuditExportCommand.class,
            AuditAcceptCommand.class
        })
public final class AuditCommand {}
