// SPDX-License-Identifier: Apache-2.0
package perennial.ca.store;

import java.util.Arrays;
import perennial.ca.CaException;
import perennial.core.advice.Problem;

/// The issuing keys that this database belongs to.
public final class AuthorityStore {
    /// Also when two processes open their first authorities at once: one of both writes nothing and
    /// asks again.
    private static final String BIND =
            """
            INSERT INTO ca.authority (authority_id, name, key_id)
            SELECT COALESCE(MAX(authority_id), 0) + 1, ?, ? FROM ca.authority
            ON CONFLICT DO NOTHING
            """;

    private static final String BOUND =
            "SELECT authority_id, name, key_id FROM ca.authority WHERE name = ? OR key_id = ?";

    private final Database database;

    public AuthorityStore(Database database) {
        this.database = database;
    }

    private record Bound(short id, String name, byte[] keyId) {}

    /// The number of the authority of this name and key; a name that is new is tied to the key.
    /// Serial numbers of another key must not be answered for.
    ///
    /// @param keyId the subject key identifier
    /// @throws CaException CONFIGURATION_INVALID when the name is tied to another key or the key to
    ///   another name
    public short bind(String name, byte[] keyId) {
        while (true) {
            var bound =
                    database.all(
                            BOUND,
                            row ->
                                    new Bound(
                                            row.getShort("authority_id"),
                                            row.getString("name"),
                                            row.getBytes("key_id")),
                            name,
                            keyId);
            if (bound.isEmpty()) {
                database.update(BIND, name, keyId);
                continue;
            }
            Bound first = bound.getFirst();
            if (bound.size() > 1
                    || !first.name().equals(name)
                    || !Arrays.equals(first.keyId(), keyId)) {
                throw new CaException(
                        Problem.CONFIGURATION_INVALID,
                        "in the database %s belongs to another issuing key than the key files"
                                .formatted(name));
            }
            return first.id();
        }
    }
}
