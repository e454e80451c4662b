// SPDX-License-Identifier: Apache-2.0
package perennial.ca.crl;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;
import org.jspecify.annotations.Nullable;
import perennial.ca.issue.IssuingKey;
import perennial.ca.store.StatusStore;
import perennial.core.certificate.RevocationReason;

/// The full CRL (RFC 5280 5). Built when asked for, kept until a revocation is committed or half of
/// its life has passed. Entries of expired certificates stay.
public final class CrlPublisher {
    private static final Duration LIFE = Duration.ofHours(24);

    private final IssuingKey key;
    private final StatusStore statuses;
    private final LongSupplier numbers;
    private final Clock clock;
    private final AtomicLong revocations = new AtomicLong();
    private @Nullable Crl kept;

    /// @param numbers gives a greater one each time
    public CrlPublisher(IssuingKey key, StatusStore statuses, LongSupplier numbers, Clock clock) {
        this.key = key;
        this.statuses = statuses;
        this.numbers = numbers;
        this.clock = clock;
    }

    /// A CRL and what HTTP has to know of it.
    ///
    /// @param revocations how many revocations this process had committed before it was built
    record Crl(byte[] der, Instant thisUpdate, Instant nextUpdate, long revocations) {}

    /// To be called after a revocation has been committed.
    public void revocationCommitted() {
        revocations.incrementAndGet();
    }

    /// DER.
    public byte[] der() {
        return current().der().clone();
    }

    synchronized Crl current() {
        Crl crl = kept;
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        if (crl == null
                || crl.revocations() != revocations.get()
                || now.isBefore(crl.thisUpdate())
                || !now.isBefore(crl.thisUpdate().plus(LIFE.dividedBy(2)))) {
            crl = build(now);
            kept = crl;
        }
        return crl;
    }

    private Crl build(Instant now) {
        // Counted before the rows are read: a revocation in between makes this CRL out of date,
        // never unnoticed.
        long counted = revocations.get();
        Instant next = now.plus(LIFE);
        X509v2CRLBuilder builder =
                new X509v2CRLBuilder(
                        X500Name.getInstance(key.certificate().subject().getEncoded()),
                        new Time(Date.from(now)));
        builder.setNextUpdate(new Time(Date.from(next)));
        try {
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new BcX509ExtensionUtils()
                            .createAuthorityKeyIdentifier(
                                    SubjectPublicKeyInfo.getInstance(
                                            key.certificate().publicKey().getEncoded())));
            builder.addExtension(
                    Extension.cRLNumber,
                    false,
                    new CRLNumber(BigInteger.valueOf(numbers.getAsLong())));
            for (StatusStore.Entry entry : statuses.revoked()) {
                builder.addCRLEntry(
                        entry.serialNumber().value(),
                        Date.from(entry.revoked().time()),
                        reason(entry.revoked().reason()));
            }
            return new Crl(key.sign(builder).getEncoded(), now, next, counted);
        } catch (IOException e) {
            throw new IllegalStateException("a CRL of ours encodes", e);
        }
    }

    /// No reason code says unspecified (RFC 5280 5.3.1).
    private static @Nullable Extensions reason(RevocationReason reason) throws IOException {
        return reason == RevocationReason.UNSPECIFIED
                ? null
                : new Extensions(
                        new Extension(
                                Extension.reasonCode,
                                false,
                                CRLReason.lookup(reason.code()).getEncoded()));
    }
}
