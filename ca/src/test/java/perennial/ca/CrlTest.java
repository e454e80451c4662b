// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static perennial.ca.Authorities.accepted;
import static perennial.ca.Authorities.first;
import static perennial.ca.Authorities.key;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CRLReason;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.core.authority.RevocationRequest;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.RevocationReason;
import perennial.core.crypto.KeyKind;
import perennial.protocol.http.BytesHandler;

class CrlTest {
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

    @TempDir Path folder;
    private final TickingClock clock = new TickingClock(START);
    private final FailingDatabase database = new FailingDatabase(TestDatabase.fresh());
    private LocalCa ca;
    private Certificate issuer;
    private Certificate certificate;

    @BeforeEach
    void open() {
        ca = open(CrlPolicy.COMPLETE, folder.resolve("one"));
        issuer = ca.chain().getFirst();
        certificate = accepted(ca.issue(first(1, key(1))));
    }

    private LocalCa open(CrlPolicy policy, Path keys) {
        CaSettings settings =
                Authorities.settings(keys, KeyKind.P_256, URI.create("http://localhost:1"));
        return LocalCa.open(
                new CaSettings(
                        keys,
                        settings.passphrase(),
                        settings.rootName(),
                        settings.issuingName(),
                        settings.keyKind(),
                        settings.publicBase(),
                        settings.profiles(),
                        policy),
                database,
                clock,
                new java.security.SecureRandom());
    }

    /// Another host with the same keys and the same database.
    private LocalCa otherNode(String name) throws IOException {
        Path keys = Files.createDirectory(folder.resolve(name));
        try (var files = Files.newDirectoryStream(folder.resolve("one"), "*.p12")) {
            for (Path file : files) {
                Files.copy(file, keys.resolve(file.getFileName()));
            }
        }
        return open(CrlPolicy.COMPLETE, keys);
    }

    private X509CRL crl(byte[] der) {
        return Crls.verified(der, issuer);
    }

    private BytesHandler.Answer get(LocalCa from, String path) {
        return from.crlHandler().handle(new BytesHandler.Request("GET", path, new byte[0]));
    }

    @Test
    void c7_two_nodes_publish_one_crl_and_its_number_only_grows() throws Exception {
        LocalCa other = otherNode("two");
        assertArrayEquals(ca.crl(), other.crl());
        List<LocalCa> nodes = List.of(ca, other);
        BigInteger last = Crls.number(crl(ca.crl()));
        for (int round = 2; round < 6; round++) {
            Certificate next = accepted(ca.issue(first(round, key(round))));
            clock.advance(Duration.ofSeconds(1));
            nodes.get(round % 2).revoke(next.id(), RevocationReason.SUPERSEDED);
            List<Callable<byte[]>> both = List.of(ca::crl, other::crl);
            try (var threads = Executors.newFixedThreadPool(2)) {
                for (Future<byte[]> der : threads.invokeAll(both)) {
                    assertTrue(Crls.number(crl(der.get())).compareTo(last) >= 0);
                }
            }
            assertArrayEquals(ca.crl(), other.crl());
            X509CRL now = crl(ca.crl());
            assertTrue(Crls.number(now).compareTo(last) > 0);
            assertEquals(round - 1, now.getRevokedCertificates().size());
            last = Crls.number(now);
        }
    }

    @Test
    void c7_an_older_database_takes_no_number_back() throws Exception {
        ca.crl();
        ca.revoke(certificate.id(), RevocationReason.CERTIFICATE_HOLD);
        clock.advance(Duration.ofSeconds(5));
        byte[] published = ca.crl();
        Rows.execute(database, "UPDATE ca.authority SET crl_number = 1");
        Rows.execute(database, "DELETE FROM ca.crl");
        Rows.execute(database, "DELETE FROM ca.crl_piece");

        clock.advance(Duration.ofSeconds(1));
        X509CRL withoutFile = crl(otherNode("two").crl());
        assertTrue(Crls.number(withoutFile).compareTo(Crls.number(crl(published))) > 0);

        clock.set(START.minus(Duration.ofDays(1)));
        Rows.execute(database, "UPDATE ca.authority SET crl_number = 1");
        Rows.execute(database, "DELETE FROM ca.crl");
        Rows.execute(database, "DELETE FROM ca.crl_piece");
        X509CRL withFile = crl(ca.crl());
        assertTrue(Crls.number(withFile).compareTo(Crls.number(crl(published))) > 0);
    }

    @Test
    void c8_a_builder_that_died_is_followed_by_another() {
        byte[] before = ca.crl();
        ca.revoke(certificate.id(), RevocationReason.SUPERSEDED);
        Rows.execute(
                database,
                "UPDATE ca.crl_scope SET builder = '00000000-0000-0000-0000-000000000001',"
                        + " builder_until = '2026-03-01 00:02:00Z'");

        assertArrayEquals(before, ca.crl(), "the other one may still be at it");
        clock.advance(Duration.ofSeconds(121));
        assertNotNull(crl(ca.crl()).getRevokedCertificate(certificate.serialNumber().value()));
    }

    @Test
    void c8_an_old_crl_is_reported_before_it_expires() {
        assertEquals(List.of(CrlHealth.State.MISSING), states());
        ca.publishCrls();
        assertEquals(List.of(CrlHealth.State.FRESH), states());
        clock.advance(Duration.ofHours(17));
        assertEquals(List.of(CrlHealth.State.FRESH), states());
        clock.advance(Duration.ofHours(1));
        assertEquals(List.of(CrlHealth.State.LATE), states());
        clock.advance(Duration.ofHours(6));
        assertEquals(List.of(CrlHealth.State.EXPIRED), states());
        ca.publishCrls();
        assertEquals(List.of(CrlHealth.State.FRESH), states());
    }

    private List<CrlHealth.State> states() {
        return ca.crlHealth().stream().map(CrlHealth::state).toList();
    }

    @Test
    void c8_without_a_database_the_last_crl_is_served_until_it_expires() {
        byte[] before = ca.crl();
        database.breakAt(1, FailingDatabase.Loss.STATEMENT);
        clock.advance(Duration.ofHours(23));
        assertArrayEquals(before, get(ca, "/issuing.crl").body());

        clock.advance(Duration.ofHours(1));
        assertEquals(503, get(ca, "/issuing.crl").status());
        assertThrows(CaException.class, ca::crl);
        database.mend();
        assertEquals(200, get(ca, "/issuing.crl").status());
    }

    @Test
    void c9_a_delta_lists_holds_and_takes_resumed_ones_off_again() throws Exception {
        LocalCa deltas =
                open(
                        new CrlPolicy(1, Duration.ofHours(24), Optional.of(Duration.ofHours(2))),
                        folder.resolve("one"));
        BigInteger serial = certificate.serialNumber().value();
        deltas.revoke(certificate.id(), RevocationReason.CERTIFICATE_HOLD);
        X509CRL base = crl(deltas.crl());
        assertNotNull(base.getRevokedCertificate(serial));
        assertTrue(
                new String(
                                base.getExtensionValue(Extension.freshestCRL.getId()),
                                java.nio.charset.StandardCharsets.ISO_8859_1)
                        .contains("http://localhost:1/crl/issuing-delta.crl"));

        clock.advance(Duration.ofMinutes(10));
        deltas.revoke(certificate.id(), RevocationReason.REMOVE_FROM_CRL);
        Certificate other = accepted(ca.issue(first(2, key(2))));
        deltas.revoke(
                new RevocationRequest(
                        other.id(), RevocationReason.KEY_COMPROMISE, Optional.of(START)));
        X509CRL delta = crl(get(deltas, "/issuing-delta.crl").body());
        assertArrayEquals(base.getEncoded(), deltas.crl(), "deltas carry the changes");
        assertTrue(delta.getCriticalExtensionOIDs().contains(Extension.deltaCRLIndicator.getId()));
        assertEquals(
                Crls.number(base),
                Crls.integer(delta.getExtensionValue(Extension.deltaCRLIndicator.getId())));
        assertTrue(Crls.number(delta).compareTo(Crls.number(base)) > 0);
        assertNull(delta.getExtensionValue(Extension.freshestCRL.getId()));
        assertEquals(
                CRLReason.REMOVE_FROM_CRL,
                delta.getRevokedCertificate(serial).getRevocationReason());
        X509CRLEntry compromised = delta.getRevokedCertificate(other.serialNumber().value());
        assertEquals(CRLReason.KEY_COMPROMISE, compromised.getRevocationReason());
        assertEquals(START, invalidityDate(compromised));

        clock.advance(Duration.ofHours(12));
        X509CRL full = crl(deltas.crl());
        assertNull(full.getRevokedCertificate(serial), "removeFromCRL is for deltas");
        assertTrue(Crls.number(full).compareTo(Crls.number(delta)) > 0);
        X509CRL later = crl(get(deltas, "/issuing-delta.crl").body());
        assertEquals(
                Crls.number(base),
                Crls.integer(later.getExtensionValue(Extension.deltaCRLIndicator.getId())),
                "it fits both full CRLs that are still valid");
    }

    @Test
    void a_partition_lists_what_names_it_and_the_complete_crl_lists_all() throws Exception {
        CrlPolicy four = new CrlPolicy(4, Duration.ofHours(24), Optional.empty());
        LocalCa parted = open(four, folder.resolve("one"));
        List<Certificate> all = new ArrayList<>(List.of(certificate));
        for (int i = 2; i < 12; i++) {
            all.add(accepted(parted.issue(first(i, key(i)))));
        }
        all.forEach(one -> parted.revoke(one.id(), RevocationReason.SUPERSEDED));
        X509CRL complete = crl(parted.crl());
        assertEquals(11, complete.getRevokedCertificates().size());
        assertNull(complete.getExtensionValue(Extension.issuingDistributionPoint.getId()));

        for (int partition = 0; partition < 4; partition++) {
            X509CRL part = crl(get(parted, "/issuing-%d-of-4.crl".formatted(partition)).body());
            IssuingDistributionPoint point = issuingDistributionPoint(part);
            assertTrue(point.onlyContainsUserCerts());
            for (Certificate one : all) {
                assertEquals(
                        Arrays.equals(
                                distributionPoint(one).getEncoded(),
                                point.getDistributionPoint().getEncoded()),
                        part.getRevokedCertificate(one.serialNumber().value()) != null);
            }
        }
        assertEquals(
                "http://localhost:1/crl/issuing.crl",
                GeneralNames.getInstance(distributionPoint(certificate).getName())
                        .getNames()[0]
                        .getName()
                        .toString(),
                "what was issued before keeps its address");
        assertEquals(5, parted.crlHealth().size());
        LocalCa whole = open(CrlPolicy.COMPLETE, folder.resolve("one"));
        assertEquals(200, get(whole, "/issuing-3-of-4.crl").status(), "as long as one names it");
    }

    private static IssuingDistributionPoint issuingDistributionPoint(X509CRL crl) {
        String oid = Extension.issuingDistributionPoint.getId();
        assertTrue(crl.getCriticalExtensionOIDs().contains(oid));
        return IssuingDistributionPoint.getInstance(
                ASN1OctetString.getInstance(crl.getExtensionValue(oid)).getOctets());
    }

    private static DistributionPointName distributionPoint(Certificate certificate) {
        byte[] value =
                certificate.x509().getExtensionValue(Extension.cRLDistributionPoints.getId());
        return CRLDistPoint.getInstance(ASN1OctetString.getInstance(value).getOctets())
                .getDistributionPoints()[0]
                .getDistributionPoint();
    }

    private static Instant invalidityDate(X509CRLEntry entry) throws Exception {
        byte[] value =
                ASN1OctetString.getInstance(
                                entry.getExtensionValue(Extension.invalidityDate.getId()))
                        .getOctets();
        return ASN1GeneralizedTime.getInstance(value).getDate().toInstant();
    }

    @Test
    void an_expired_entry_leaves_after_a_crl_has_listed_it_past_its_end() {
        ca.revoke(certificate.id(), RevocationReason.SUPERSEDED);
        BigInteger serial = certificate.serialNumber().value();
        assertNotNull(crl(ca.crl()).getRevokedCertificate(serial));
        clock.set(certificate.validity().notAfter().plusSeconds(1));
        assertNotNull(crl(ca.crl()).getRevokedCertificate(serial));
        clock.advance(Duration.ofHours(12));
        assertNull(crl(ca.crl()).getRevokedCertificates());

        ca.revoke(certificate.id(), RevocationReason.KEY_COMPROMISE);
        assertNotNull(crl(ca.crl()).getRevokedCertificate(serial));
        clock.advance(Duration.ofHours(13));
        assertNotNull(crl(ca.crl()), "whether the one before had it is not certain");
        clock.advance(Duration.ofHours(13));
        assertNull(crl(ca.crl()).getRevokedCertificates());
    }

    @Test
    void a_cache_asks_whether_its_crl_is_the_newest() {
        BytesHandler.Answer answer = get(ca, "/issuing.crl");
        String tag = String.valueOf(answer.headers().get("ETag"));
        assertEquals("Sun, 01 Mar 2026 00:00:00 GMT", answer.headers().get("Last-Modified"));
        assertEquals(304, conditional("\"7\", W/" + tag).status());
        assertEquals(0, conditional(tag).body().length);
        assertEquals(200, conditional("\"7\"").status());
        ca.revoke(certificate.id(), RevocationReason.SUPERSEDED);
        assertEquals(200, conditional(tag).status());
    }

    private BytesHandler.Answer conditional(String tags) {
        return ca.crlHandler()
                .handle(
                        new BytesHandler.Request(
                                "GET",
                                "/issuing.crl",
                                "",
                                Map.of("If-None-Match", tags),
                                List.of(),
                                new byte[0]));
    }

    @Test
    void only_crls_that_there_are_can_be_asked_for() {
        for (String path :
                List.of(
                        "",
                        "/",
                        "/issuing",
                        "/issuing.crl/",
                        "/issuing-delta.crl",
                        "/issuing-0-of-1.crl",
                        "/issuing-0-of-2.crl",
                        "/issuing-2-of-2.crl",
                        "/issuing-00-of-2.crl",
                        "/issuing-1-of-3.crl",
                        "/issuing-999-of-999.crl",
                        "/../issuing.crl",
                        "/other.crl")) {
            assertEquals(404, get(ca, path).status(), path);
        }
    }

    @Test
    void what_a_dead_process_left_half_written_is_not_taken_for_a_crl() throws Exception {
        byte[] before = ca.crl();
        Path crls = folder.resolve("one/crl");
        Files.write(crls.resolve("building-1.tmp"), new byte[] {0x30});
        LocalCa again = open(CrlPolicy.COMPLETE, folder.resolve("one"));
        assertArrayEquals(before, again.crl());
        assertFalse(Files.exists(crls.resolve("building-1.tmp")));
        List<String> names = new ArrayList<>();
        try (var files = Files.newDirectoryStream(crls)) {
            files.forEach(file -> names.add(file.getFileName().toString()));
        }
        assertEquals(List.of("issuing.crl"), names);
        assertArrayEquals(before, Files.readAllBytes(crls.resolve("issuing.crl")));
    }
}
