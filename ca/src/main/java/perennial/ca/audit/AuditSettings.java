// SPDX-License-Identifier: Apache-2.0
package perennial.ca.audit;

import java.nio.file.Path;

/// Where a node keeps its records.
///
/// @param node names the process among all that share the database; lower-case word. A node whose
///   key is lost gets another name
/// @param folder for this node's files or for several nodes'; made with mode 0700 when absent
public record AuditSettings(String node, Path folder) {
    public AuditSettings {
        if (!node.matches("[a-z][a-z0-9-]{0,31}")) {
            throw new IllegalArgumentException(
                    "a node's name must be a lower-case word, got " + node);
        }
    }
}
