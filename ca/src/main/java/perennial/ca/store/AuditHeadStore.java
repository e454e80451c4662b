// SPDX-License-Identifier: Apache-2.0
package perennial.ca.store;

import java.time.Instant;
import java.util.List;
import perennial.ca.audit.AuditHead;
import perennial.ca.audit.AuditHeads;
import perennial.ca.audit.AuditPublicKey;

/// The heads of the nodes' audit logs, in the database.
public final class AuditHeadStore implements AuditHeads {
    private static final String ALL =
            "SELECT node, public_key, sequence, hash FROM ca.audit_head ORDER BY node";

    private static final String ADVANCE =
            """
            INSERT INTO ca.audit_head AS head (node, public_key, sequence, hash, anchored_at)
            VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (node) DO UPDATE
            SET sequence = excluded.sequence, hash = excluded.hash,
                anchored_at = excluded.anchored_at
            WHERE head.sequence < excluded.sequence AND head.public_key = excluded.public_key
            """;

    private static final String REPLACE =
            """
            INSERT INTO ca.audit_head (node, public_key, sequence, hash, anchored_at)
            VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (node) DO UPDATE
            SET public_key = excluded.public_key, sequence = excluded.sequence,
                hash = excluded.hash, anchored_at = excluded.anchored_at
            """;

    private final Database database;

    public AuditHeadStore(Database database) {
        this.database = database;
    }

    @Override
    public List<AuditHead> all() {
        return database.all(
                ALL,
                row ->
                        new AuditHead(
                                row.getString("node"),
                                AuditPublicKey.ofDer(row.getBytes("public_key")),
                                row.getLong("sequence"),
                                row.getBytes("hash")));
    }

    @Override
    public boolean advance(AuditHead head, Instant at) {
        return write(ADVANCE, head, at) == 1;
    }

    @Override
    public void replace(AuditHead head, Instant at) {
        write(REPLACE, head, at);
    }

    private int write(String sql, AuditHead head, Instant at) {
        return database.update(
                sql, head.node(), head.key().der(), head.sequence(), head.hash(), at);
    }
}
