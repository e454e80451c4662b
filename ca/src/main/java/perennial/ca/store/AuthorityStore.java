// SPDX-License-Identifier: Apache-2.0
package perennial.ca.store;

import java.util.Arrays;
import perennial.ca.CaException;
import perennial.core.advice.Problem;

/// Which issuing key this database belongs to, and how many CRLs it has signed.
public final class AuthorityStore {
    private static final String BIND =
            "INSERT INTO ca.authority (key_id) VALUES (?) ON CONFLICT DO NOTHING";

    private static final String KEY_ID = "SELECT key_id FROM ca.authority";

    private static final String NEXT_CRL_NUMBER =
            "UPDATE ca.authority SET crl_number = crl_number + 1 RETURNING crl_number";

    private final Database database;

    public AuthorityStore(Database database) {
        this.database = database;
    }

    /// Ties an empty database to this key. Serial numbers of another key must not be answered for.
    ///
    /// @throws CaException CONFIGURATION_INVALID when it is tied to another one
    public void bind(byte[] keyId) {
        database.update(BIND, keyId);
        byte[] bound =
                database.one(KEY_ID, row -> row.getBytes("key_id"))
                        .orElseThrow(() -> new IllegalStateException("bound a moment ago"));
        if (!Arrays.equals(bound, keyId)) {
            throw new CaException(
                    Problem.CONFIGURATION_INVALID,
                    "the database belongs to another issuing key than the key files");
        }
    }

    /// Greater than every number before, also after a crash (RFC 5280 5.2.3).
    public long nextCrlNumber() {
        return database.one(NEXT_CRL_NUMBER, row -> row.getLong("crl_number"))
                .orElseThrow(() -> new IllegalStateException("bound when opened"));
    }
}
