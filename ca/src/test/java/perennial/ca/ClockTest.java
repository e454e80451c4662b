// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static perennial.ca.Authorities.accepted;
import static perennial.ca.Authorities.first;
import static perennial.ca.Authorities.key;
import static perennial.ca.Authorities.renewal;

import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import javax.sql.DataSource;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509CRLHolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.core.authority.RevocationRequest;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.RevocationReason;
import perennial.core.certificate.Validity;

/// The server's clock is wrong, and is put right.
class ClockTest {
    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

    @TempDir Path folder;
    private final TickingClock clock = new TickingClock(NOW);
    private final DataSource database = TestDatabase.fresh();

    /// The authority's own certificate begins a day before the tests' time.
    private LocalCa openADayAgo() {
        clock.advance(Duration.ofDays(-1));
        LocalCa ca = Authorities.open(folder, database, clock);
        clock.advance(Duration.ofDays(1));
        return ca;
    }

    private static BigInteger number(byte[] crl) throws Exception {
        return CRLNumber.getInstance(
                        new X509CRLHolder(crl).getExtension(Extension.cRLNumber).getParsedValue())
                .getCRLNumber();
    }

    private String ocsp(LocalCa ca, Certificate certificate) {
        Certificate issuer = ca.chain().getFirst();
        return Ocsp.status(ca.ocsp(Ocsp.request(issuer, certificate)), issuer);
    }

    @Test
    void r10_two_hours_back_status_goes_on_and_numbers_still_grow() throws Exception {
        LocalCa ca = openADayAgo();
        Certificate good = accepted(ca.issue(first(1, key(1))));
        Certificate bad = accepted(ca.issue(first(2, key(2))));
        ca.revoke(RevocationRequest.of(bad.id(), RevocationReason.KEY_COMPROMISE));
        BigInteger before = number(ca.crl());

        clock.advance(Duration.ofHours(-2));

        assertEquals("good", ocsp(ca, good));
        assertTrue(ca.status(bad.id()) instanceof CertStatus.Revoked);
        Certificate third = accepted(ca.issue(first(3, key(3))));
        ca.revoke(RevocationRequest.of(third.id(), RevocationReason.SUPERSEDED));
        BigInteger back = number(ca.crl());
        assertTrue(back.compareTo(before) > 0, back + " after " + before);

        clock.advance(Duration.ofHours(2));
        Certificate fourth = accepted(ca.issue(first(4, key(4))));
        ca.revoke(RevocationRequest.of(fourth.id(), RevocationReason.SUPERSEDED));
        assertTrue(number(ca.crl()).compareTo(back) > 0);
    }

    @Test
    void r10_forty_days_forward_the_status_services_own_certificate_is_renewed() throws Exception {
        LocalCa ca = openADayAgo();
        Certificate certificate = accepted(ca.issue(first(1, key(1))));
        assertEquals("good", ocsp(ca, certificate));
        BigInteger before = number(ca.crl());

        clock.advance(Duration.ofDays(40));

        assertEquals("good", ocsp(ca, certificate));
        X509CRLHolder crl = new X509CRLHolder(ca.crl());
        assertFalse(crl.getNextUpdate().toInstant().isBefore(clock.instant()));
        assertTrue(number(ca.crl()).compareTo(before) > 0);
    }

    @Test
    void r10_a_renewal_made_with_a_wrong_clock_ends_where_it_would_have_ended_anyway() {
        LocalCa ca = openADayAgo();
        Certificate first = accepted(ca.issue(first(1, key(1))));
        assertEquals(new Validity(NOW, Instant.parse("2031-02-28T23:59:59Z")), first.validity());

        clock.advance(Duration.ofHours(-2));
        Certificate second = accepted(ca.issue(renewal(2, first)));

        assertEquals(Instant.parse("2036-02-29T23:59:59Z"), second.validity().notAfter());
    }
}
