// SPDX-License-Identifier: Apache-2.0
package perennial.ca.cmp;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import perennial.ca.store.IssuanceStore;
import perennial.ca.store.IssuanceStore.Known;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.SerialNumber;

/// What came before a certificate.
///
/// @param timesRenewed how many renewals led to it
/// @param keySince when its key's use began
record Lineage(int timesRenewed, Instant keySince) {
    /// Longer ones are cut off here, which counts as more renewals than any policy allows.
    private static final int MAX_LENGTH = 1_000;

    /// @param current issued here
    static Lineage of(Certificate current, IssuanceStore store) {
        int times = 0;
        Instant keySince = current.validity().notBefore();
        boolean sameKey = true;
        Optional<SerialNumber> before = replaced(store, current.serialNumber());
        while (before.isPresent() && times < MAX_LENGTH) {
            times++;
            Optional<Known> known = store.find(before.get());
            if (known.flatMap(Known::certificate).isPresent()) {
                Certificate old = known.get().certificate().get();
                sameKey =
                        sameKey
                                && Arrays.equals(
                                        old.publicKey().getEncoded(),
                                        current.publicKey().getEncoded());
                if (sameKey) {
                    keySince = old.validity().notBefore();
                }
            }
            before = known.flatMap(one -> one.intent().replaces());
        }
        return new Lineage(times, keySince);
    }

    private static Optional<SerialNumber> replaced(IssuanceStore store, SerialNumber serial) {
        return store.find(serial).flatMap(known -> known.intent().replaces());
    }
}
