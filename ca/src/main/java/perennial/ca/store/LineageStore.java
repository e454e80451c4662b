// SPDX-License-Identifier: Apache-2.0
package perennial.ca.store;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.SerialNumber;

/// What a certificate was issued by and for, and the certificates before it. Of one authority.
public final class LineageStore {
    private static final String ORIGIN =
            """
            SELECT i.profile, i.replaces, c.der
            FROM ca.issuance_intent i
            JOIN ca.certificate c USING (serial_number)
            WHERE i.serial_number = ? AND i.authority_id = ?
            """;

    /// No card lives long enough for more; a longer walk is a fault in the rows.
    private static final int MOST = 200;

    private final Database database;
    private final short authorityId;

    public LineageStore(Database database, short authorityId) {
        this.database = database;
        this.authorityId = authorityId;
    }

    /// @param profile by which the certificate was issued
    /// @param replaces the certificate that it renewed
    public record Origin(
            String profile, Optional<SerialNumber> replaces, Certificate certificate) {}

    /// Where an issued certificate comes from; empty when none of this number was issued.
    public Optional<Origin> origin(SerialNumber serialNumber) {
        return database.one(
                ORIGIN,
                row -> {
                    byte @Nullable [] replaces = row.getBytes("replaces");
                    return new Origin(
                            row.getString("profile"),
                            Optional.ofNullable(replaces).map(IssuanceStore::serialNumber),
                            Certificate.ofDer(row.getBytes("der")));
                },
                IssuanceStore.octets(serialNumber),
                authorityId);
    }

    /// The certificate of this number first, the first one of its lineage last; empty when none of
    /// this number was issued.
    public List<Origin> lineage(SerialNumber serialNumber) {
        List<Origin> lineage = new ArrayList<>();
        Set<SerialNumber> seen = new HashSet<>();
        Optional<SerialNumber> next = Optional.of(serialNumber);
        while (next.isPresent() && lineage.size() < MOST && seen.add(next.get())) {
            Optional<Origin> found = origin(next.get());
            found.ifPresent(lineage::add);
            next = found.flatMap(Origin::replaces);
        }
        return List.copyOf(lineage);
    }
}
