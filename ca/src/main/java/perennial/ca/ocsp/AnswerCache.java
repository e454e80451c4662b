// SPDX-License-Identifier: Apache-2.0
package perennial.ca.ocsp;

import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ocsp.CertID;
import perennial.ca.store.StatusStore.Standing;
import perennial.core.certificate.Certificate;

/// Signatures that are made once and used again. What is kept is bound to the status that was read:
/// whoever uses it has read the status again, so a revocation counts from its commit on, on every
/// node, and only the signature is saved. Safe for use by many threads.
final class AnswerCache {
    /// Some 2,000 octets each.
    private static final int MOST = 4_096;

    private static final float LOAD = 0.75f;

    private final Map<String, Kept> kept =
            new LinkedHashMap<>(16, LOAD, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
                    return size() > MOST;
                }
            };

    private record Kept(Standing standing, Certificate signer, OcspResponder.Answer answer) {}

    /// The answer for this form of the question, if nothing has changed and less than half of its
    /// life has passed.
    synchronized Optional<OcspResponder.Answer> find(
            CertID id, Standing standing, Certificate signer, Instant now) {
        return Optional.ofNullable(kept.get(name(id)))
                .filter(one -> one.standing().equals(standing) && one.signer().equals(signer))
                .map(Kept::answer)
                .filter(answer ->
                        !now.isBefore(answer.thisUpdate())
                                && now.isBefore(
                                        answer.thisUpdate().plus(OcspResponder.LIFE.dividedBy(2))));
    }

    /// Replaces what was kept for this form of the question, so that no answer comes back that was
    /// given before another.
    synchronized void keep(
            CertID id, Standing standing, Certificate signer, OcspResponder.Answer answer) {
        kept.put(name(id), new Kept(standing, signer, answer));
    }

    private static String name(CertID id) {
        return id.getHashAlgorithm().getAlgorithm().getId()
                + (id.getHashAlgorithm().getParameters() == null ? "" : " NULL")
                + HexFormat.of().formatHex(id.getIssuerKeyHash().getOctets())
                + id.getSerialNumber().getValue().toString(16);
    }
}
