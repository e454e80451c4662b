// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static perennial.ca.Authorities.accepted;
import static perennial.ca.Authorities.key;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.ca.store.Database;
import perennial.ca.store.Incident;
import perennial.ca.store.IncidentStore;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.ProofOfPossession;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.RevocationReason;
import perennial.core.certificate.SerialNumber;
import perennial.protocol.http.BytesHandler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RenewalInformationTest {
    private static final Instant ISSUE = Instant.parse("2026-03-01T04:05:06Z");
    private static final URI PAGE = URI.create("https://ca.example.test/incidents/1");

    @TempDir private Path folder;
    private final TickingClock clock = new TickingClock(ISSUE);
    private final DataSource database = TestDatabase.fresh();
    private final IncidentStore incidents = new IncidentStore(new Database(database), (short) 1);
    private LocalCa ca;
    private BytesHandler handler;

    @BeforeEach
    void open() {
        ca = Authorities.open(folder, database, clock);
        handler = ca.renewalInformationHandler();
    }

    @Test
    void a_certificate_is_to_be_renewed_in_the_first_two_thirds_of_its_window() {
        Certificate certificate = issue(1, StandardProfiles.SOFTWARE);
        BytesHandler.Answer answer = ask(certificate);
        assertEquals("application/json", answer.contentType());
        assertEquals("21600", answer.headers().get("Retry-After"));
        JsonNode object = json(answer);
        assertEquals("2031-01-30T04:05:05Z", object.at("/suggestedWindow/start").asString());
        assertEquals("2031-02-19T04:05:05Z", object.at("/suggestedWindow/end").asString());
        assertTrue(object.at("/explanationURL").isMissingNode());
    }

    @Test
    void c10_an_incident_moves_the_window_of_what_it_covers_to_now() {
        Certificate before = issue(1, StandardProfiles.SOFTWARE);
        clock.advance(Duration.ofDays(1));
        Certificate covered = issue(2, StandardProfiles.SOFTWARE);
        Certificate otherProfile = issue(3, StandardProfiles.HOLDER_SIGNATURE);
        clock.advance(Duration.ofDays(1));
        Certificate after = issue(4, StandardProfiles.SOFTWARE);
        JsonNode usual = json(ask(covered));

        Instant now = clock.instant();
        Incident incident =
                incident(
                        new Incident.Scope(
                                Optional.of(StandardProfiles.SOFTWARE),
                                Optional.of(now.minus(Duration.ofHours(30))),
                                Optional.of(now.minus(Duration.ofHours(20))),
                                Set.of()));
        assertTrue(incidents.declare(incident));
        assertFalse(incidents.declare(incident));

        BytesHandler.Answer answer = ask(covered);
        assertEquals("3600", answer.headers().get("Retry-After"));
        JsonNode moved = json(answer);
        assertEquals(now.toString(), moved.at("/suggestedWindow/start").asString());
        assertEquals(
                now.plus(Duration.ofHours(80)).toString(),
                moved.at("/suggestedWindow/end").asString());
        assertEquals(PAGE.toString(), moved.at("/explanationURL").asString());
        for (Certificate other : Set.of(before, otherProfile, after)) {
            assertTrue(json(ask(other)).at("/explanationURL").isMissingNode(), other.toString());
        }

        assertTrue(incidents.withdraw(incident.id(), now));
        assertFalse(incidents.withdraw(incident.id(), now));
        assertEquals(usual, json(ask(covered)));
    }

    @Test
    void an_incident_may_name_its_certificates_one_by_one() {
        Certificate named = issue(1, StandardProfiles.SOFTWARE);
        Certificate other = issue(2, StandardProfiles.SOFTWARE);
        Incident incident =
                incident(
                        new Incident.Scope(
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Set.of(
                                        named.serialNumber(),
                                        new SerialNumber(java.math.BigInteger.TEN))));
        incidents.declare(incident);
        assertEquals(PAGE.toString(), json(ask(named)).at("/explanationURL").asString());
        assertTrue(json(ask(other)).at("/explanationURL").isMissingNode());
        assertEquals(java.util.List.of(incident), incidents.open());
    }

    @Test
    void a_revoked_certificate_is_to_be_renewed_at_once_and_a_suspended_one_in_time() {
        Certificate certificate = issue(1, StandardProfiles.SOFTWARE);
        JsonNode usual = json(ask(certificate));
        clock.advance(Duration.ofDays(3));
        ca.revoke(certificate.id(), RevocationReason.CERTIFICATE_HOLD);
        assertEquals(usual, json(ask(certificate)));
        ca.revoke(certificate.id(), RevocationReason.KEY_COMPROMISE);
        Instant end = Instant.parse(json(ask(certificate)).at("/suggestedWindow/end").asString());
        assertFalse(end.isAfter(clock.instant()));
    }

    @Test
    void what_is_not_the_one_spelling_of_a_certificate_here_is_not_found() {
        String id = id(issue(1, StandardProfiles.SOFTWARE));
        assertEquals(200, get("/" + id).status());
        for (String other :
                new String[] {
                    "",
                    "/",
                    "/" + id + "=",
                    "/" + id + "/",
                    "/" + id.replace('.', '/'),
                    "/AA" + id,
                    "/" + id.substring(0, id.indexOf('.') + 1),
                    "/" + id.substring(0, id.indexOf('.') + 1) + "AA",
                    "/" + id.substring(0, id.indexOf('.') + 1) + "AIdlQyE",
                    // RFC 9773's own example: another authority's.
                    "/aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE",
                    "/" + "A".repeat(100_000)
                }) {
            assertEquals(404, get(other).status(), other);
        }
        assertEquals(
                405,
                handler.handle(new BytesHandler.Request("POST", "/" + id, new byte[0])).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT1S", "PT1H", "P1D", "P30D", "P4000D"})
    void a_window_never_ends_where_it_begins(String opens) {
        for (long seconds : new long[] {0, 1, 2, 59, 3600, 86_400, 157_680_000}) {
            var window =
                    perennial.ca.renewal.WindowOf.before(
                            ISSUE, ISSUE.plusSeconds(seconds), Duration.parse(opens));
            assertTrue(window.start().isBefore(window.end()), window.toString());
            assertFalse(window.start().isBefore(ISSUE));
        }
    }

    @Test
    void an_incident_leaves_time() {
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        new Incident(
                                UUID.randomUUID(),
                                ISSUE,
                                ISSUE,
                                PAGE,
                                new Incident.Scope(
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Set.of())));
    }

    private Incident incident(Incident.Scope covers) {
        Instant now = clock.instant();
        return new Incident(UUID.randomUUID(), now, now.plus(Duration.ofDays(5)), PAGE, covers);
    }

    private Certificate issue(long seed, String profile) {
        return accepted(
                ca.issue(
                        new CertificationRequest(
                                UUID.randomUUID(),
                                profile,
                                Authorities.HOLDER,
                                key(seed).getPublic(),
                                ProofOfPossession.SIGNATURE,
                                Optional.empty(),
                                Optional.empty())));
    }

    private BytesHandler.Answer ask(Certificate certificate) {
        BytesHandler.Answer answer = get("/" + id(certificate));
        assertEquals(200, answer.status());
        return answer;
    }

    private BytesHandler.Answer get(String path) {
        return handler.handle(new BytesHandler.Request("GET", path, new byte[0]));
    }

    private static JsonNode json(BytesHandler.Answer answer) {
        return JsonMapper.builder().build().readTree(answer.body());
    }

    /// From the certificate alone, as a client makes it.
    private static String id(Certificate certificate) {
        try {
            byte[] keyId =
                    AuthorityKeyIdentifier.getInstance(
                                    JcaX509ExtensionUtils.parseExtensionValue(
                                            certificate.x509().getExtensionValue("2.5.29.35")))
                            .getKeyIdentifierOctets();
            Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
            return encoder.encodeToString(keyId)
                    + "."
                    + encoder.encodeToString(certificate.serialNumber().value().toByteArray());
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
