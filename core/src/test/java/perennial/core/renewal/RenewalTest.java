// SPDX-License-Identifier: Apache-2.0
package perennial.core.renewal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.Certificate;
import perennial.core.renewal.RenewalEvent.Approved;
import perennial.core.renewal.RenewalEvent.Confirmed;
import perennial.core.renewal.RenewalEvent.Installed;
import perennial.core.renewal.RenewalEvent.Issued;
import perennial.core.renewal.RenewalEvent.Rejected;
import perennial.core.renewal.RenewalEvent.Requested;

class RenewalTest {
    private static final Instant AT = Instant.parse("2026-11-23T08:00:00Z");

    @TempDir static Path folder;

    private static Certificate old;
    private static Certificate fresh;

    @BeforeAll
    static void two_certificates() throws Exception {
        old = certificate("1001");
        fresh = certificate("1002");
    }

    private static Certificate certificate(String serial) throws Exception {
        Path out = folder.resolve(serial);
        Process openssl =
                new ProcessBuilder(
                                "openssl",
                                "req",
                                "-x509",
                                "-newkey",
                                "ec",
                                "-pkeyopt",
                                "ec_paramgen_curve:P-256",
                                "-nodes",
                                "-keyout",
                                "/dev/null",
                                "-outform",
                                "DER",
                                "-out",
                                out.toString(),
                                "-set_serial",
                                serial,
                                "-subj",
                                "/CN=holder")
                        .redirectErrorStream(true)
                        .start();
        String said = new String(openssl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, openssl.waitFor(), said);
        return Certificate.ofDer(Files.readAllBytes(out));
    }

    private static RenewalEvent requested() {
        return new Requested(RenewalKind.RENEWAL, old, AT);
    }

    @Test
    void what_the_authority_saw_and_what_the_agent_saw_end_alike() {
        Renewal authority =
                Renewal.of(
                        List.of(
                                requested(),
                                new Approved(AT),
                                new Issued(fresh, AT),
                                new Confirmed(fresh.serialNumber(), AT)));
        Renewal agent =
                Renewal.of(
                        List.of(
                                requested(),
                                new Issued(fresh, AT),
                                new Installed(fresh.serialNumber(), AT),
                                new Confirmed(fresh.serialNumber(), AT)));
        assertEquals(new Renewal.Done(old, fresh), authority);
        assertEquals(authority, agent);
    }

    @Test
    void every_prefix_says_what_is_left_to_do() {
        List<RenewalEvent> events =
                List.of(
                        requested(),
                        new Approved(AT),
                        new Issued(fresh, AT),
                        new Installed(fresh.serialNumber(), AT),
                        new Confirmed(fresh.serialNumber(), AT));
        List<String> states = new ArrayList<>();
        for (int i = 0; i <= events.size(); i++) {
            states.add(Renewal.of(events.subList(0, i)).getClass().getSimpleName());
        }
        assertEquals(
                List.of("Invited", "Pending", "Ready", "Uninstalled", "Unconfirmed", "Done"),
                states);
    }

    @Test
    void another_certificate_is_never_taken_for_the_new_one() {
        Renewal uninstalled = Renewal.of(List.of(requested(), new Issued(fresh, AT)));
        assertThrows(
                IllegalStateException.class,
                () -> uninstalled.after(new Installed(old.serialNumber(), AT)));
        assertThrows(
                IllegalStateException.class,
                () -> uninstalled.after(new Confirmed(old.serialNumber(), AT)));
    }

    @Test
    void a_holder_may_reject_the_certificate_until_it_is_installed() {
        Rejected no = new Rejected(FailInfo.incorrectData, "not mine", AT);
        Renewal uninstalled = Renewal.of(List.of(requested(), new Issued(fresh, AT)));
        assertEquals(
                new Renewal.Refused(old, FailInfo.incorrectData, "not mine"),
                uninstalled.after(no));
        Renewal unconfirmed = uninstalled.after(new Installed(fresh.serialNumber(), AT));
        assertThrows(IllegalStateException.class, () -> unconfirmed.after(no));
    }

    @Test
    void nothing_follows_an_end() {
        Renewal refused =
                Renewal.of(List.of(requested(), new Rejected(FailInfo.certRevoked, "revoked", AT)));
        assertInstanceOf(Renewal.Refused.class, refused);
        Renewal done =
                Renewal.of(
                        List.of(
                                requested(),
                                new Issued(fresh, AT),
                                new Confirmed(fresh.serialNumber(), AT)));
        for (Renewal end : List.of(refused, done)) {
            assertEquals(true, end.isFinal());
            for (RenewalEvent event :
                    List.of(requested(), new Approved(AT), new Issued(fresh, AT))) {
                assertThrows(IllegalStateException.class, () -> end.after(event));
            }
        }
    }

    @Test
    void a_ticket_survives_its_text() {
        Ticket ticket =
                new Ticket(
                        List.of(
                                new Ticket.Entry(
                                        RenewalId.parse("0190f3a2-0000-4000-8000-00000000000a"),
                                        old.serialNumber()),
                                new Ticket.Entry(
                                        RenewalId.parse("0190f3a2-0000-4000-8000-00000000000b"),
                                        fresh.serialNumber())));
        assertEquals(ticket, Ticket.parse(ticket.text()));
        assertEquals(
                "0190f3a2-0000-4000-8000-00000000000b",
                ticket.idFor(fresh.serialNumber()).orElseThrow().toString());
        for (String bad :
                List.of(
                        "",
                        "1",
                        "2.a_b",
                        "1.x_y",
                        "1.0190f3a2-0000-4000-8000-00000000000a",
                        "1" + ".a_1".repeat(99))) {
            assertThrows(IllegalArgumentException.class, () -> Ticket.parse(bad), bad);
        }
    }

    @Test
    void a_renewal_id_is_sixteen_octets_on_the_wire() {
        RenewalId id = RenewalId.parse("00112233-4455-6677-8899-aabbccddeeff");
        assertEquals(id, RenewalId.ofOctets(id.octets()));
        assertEquals(0x11, id.octets()[1]);
        assertThrows(IllegalArgumentException.class, () -> RenewalId.ofOctets(new byte[15]));
    }
}
