// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.card.Pin;
import perennial.card.piv.PivCards;
import perennial.core.certificate.Certificate;
import perennial.virtualcard.Faults;

/// Checklist 10: a renewal that an older page drives, `makeCsr`, its authority, `writecert`, is as
/// safe as ours wherever the card is cut off.
class HipkiRenewalTest {
    private static final String PIN = "123456";

    private @TempDir Path folder;

    private static JsonNode request(HipkiDesk door) {
        return door.call(
                "/makeCsr",
                HipkiDesk.tbs(
                        Map.of(
                                "keyid",
                                "02",
                                "hashAlgorithm",
                                "SHA256",
                                "pin",
                                PIN,
                                "challenge",
                                "7F3A")));
    }

    private static JsonNode write(HipkiDesk door, Certificate fresh) {
        return door.call(
                "/writecert",
                HipkiDesk.tbs(
                        Map.of(
                                "type",
                                "1",
                                "value",
                                Base64.getEncoder().encodeToString(fresh.der()),
                                "pin",
                                PIN,
                                "useChallenge",
                                "false")));
    }

    private static Certificate held(Desk desk) {
        try (CardSession session = PivCards.open(desk.readers.list().getFirst())) {
            return session.certificate(KeySlot.DIGITAL_SIGNATURE).orElseThrow();
        }
    }

    @Test
    void c10_the_request_is_the_old_keys_and_the_certificate_takes_the_old_ones_place()
            throws IOException, InterruptedException {
        Desk desk = new Desk(folder.resolve("home"));
        HipkiDesk door = new HipkiDesk(desk);
        JsonNode csr = request(door);
        assertEquals(0, csr.get("ret_code").asInt(), csr::toString);
        byte[] der = Base64.getDecoder().decode(csr.get("csr").asText());
        Files.write(folder.resolve("csr.der"), der);
        String said = openssl("req", "-verify", "-noout", "-inform", "DER", "-in", "csr.der");
        assertTrue(said.contains("verify OK"), said);
        PKCS10CertificationRequest request = new PKCS10CertificationRequest(der);
        assertArrayEquals(
                Desk.signature().publicKey().getEncoded(),
                request.getSubjectPublicKeyInfo().getEncoded());
        assertEquals(List.of(), desk.agent().unfinished(), "a request leaves nothing behind");

        Certificate fresh = Desk.authority().renewed(Desk.signature());
        JsonNode written = write(door, fresh);
        assertEquals(0, written.get("ret_code").asInt(), written::toString);
        assertEquals("writeCert", written.get("func").asText());
        assertEquals(fresh, held(desk));
        assertEquals(List.of(), desk.agent().unfinished());
        desk.assertUsable();
        assertEquals(0, write(door, fresh).get("ret_code").asInt(), "twice does no harm");
    }

    @Test
    void c10_wherever_the_card_is_cut_off_the_old_certificate_is_on_it_or_the_new_one() {
        Certificate fresh = Desk.authority().renewed(Desk.signature());
        int apdus = apdus(fresh);
        List<String> lost = new ArrayList<>();
        int cuts = 0;
        for (Faults.Moment moment : Faults.Moment.values()) {
            for (int n = 1; n <= apdus; n++) {
                Path home = folder.resolve("%s-%d".formatted(moment, n));
                try {
                    survive(new Desk(home), fresh, n, moment, n % 2 == 0);
                } catch (AssertionError | RuntimeException e) {
                    lost.add("APDU %d %s: %s".formatted(n, moment, e));
                }
                cuts++;
            }
        }
        System.out.printf("hipki writecert: %d cut points, lost %d%n", cuts, lost.size());
        assertEquals(List.of(), lost);
    }

    @Test
    void c10_wherever_the_agent_dies_at_its_journal_the_page_or_the_window_finishes() {
        Certificate fresh = Desk.authority().renewed(Desk.signature());
        Desk undisturbed = new Desk(folder.resolve("undisturbed"));
        var counted =
                new CrashSweepTest.BreakingJournal(
                        undisturbed.home, 0, CrashSweepTest.Break.DEATH_BEFORE);
        undisturbed.journal = counted::around;
        assertEquals(0, write(new HipkiDesk(undisturbed), fresh).get("ret_code").asInt());
        assertTrue(counted.count() >= 3, "the sweep sees all writes");
        int cuts = 0;
        for (CrashSweepTest.Break kind :
                List.of(
                        CrashSweepTest.Break.DEATH_BEFORE,
                        CrashSweepTest.Break.DEATH_AFTER,
                        CrashSweepTest.Break.TORN_RECORD)) {
            for (int n = 1; n <= counted.count(); n++) {
                for (boolean pageComesBack : List.of(true, false)) {
                    Desk desk =
                            new Desk(folder.resolve("%s-%d-%s".formatted(kind, n, pageComesBack)));
                    var disk = new CrashSweepTest.BreakingJournal(desk.home, n, kind);
                    desk.journal = disk::around;
                    survive(desk, fresh, pageComesBack);
                    cuts++;
                }
            }
        }
        System.out.printf("hipki writecert: %d cut points of the journal, lost 0%n", cuts);
    }

    @Test
    void a_p7b_is_taken_apart_and_the_keys_own_certificate_is_written() throws Exception {
        Certificate fresh = Desk.authority().renewed(Desk.signature());
        Files.write(folder.resolve("fresh.der"), fresh.der());
        Files.write(folder.resolve("ca.der"), Desk.authority().certificate.der());
        String chain = "";
        for (String name : List.of("ca", "fresh")) {
            chain += openssl("x509", "-inform", "DER", "-in", name + ".der");
        }
        Files.writeString(folder.resolve("chain.pem"), chain);
        String p7b = openssl("crl2pkcs7", "-nocrl", "-certfile", "chain.pem");
        Desk desk = new Desk(folder.resolve("home"));
        JsonNode written =
                new HipkiDesk(desk)
                        .call(
                                "/writecert",
                                HipkiDesk.tbs(Map.of("type", "2", "value", p7b, "pin", PIN)));
        assertEquals(0, written.get("ret_code").asInt(), written::toString);
        assertEquals(fresh, held(desk));
        desk.assertUsable();
    }

    private String openssl(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return said;
    }

    private int apdus(Certificate fresh) {
        Desk desk = new Desk(folder.resolve("undisturbed"));
        assertEquals(0, write(new HipkiDesk(desk), fresh).get("ret_code").asInt());
        int apdus = desk.card.faults().transmitted();
        assertTrue(apdus > 10, "the sweep sees all places");
        return apdus;
    }

    /// @param pageComesBack whether the page brings its certificate again, or the agent's own
    ///   window finishes what was begun
    private static void survive(
            Desk desk, Certificate fresh, int at, Faults.Moment moment, boolean pageComesBack) {
        desk.card.faults().cutAt(at, moment);
        survive(desk, fresh, pageComesBack);
    }

    private static void survive(Desk desk, Certificate fresh, boolean pageComesBack) {
        try {
            JsonNode _ = write(new HipkiDesk(desk), fresh);
        } catch (CrashSweepTest.Died e) {
            assertTrue(e.getStackTrace().length > 0, "the agent is gone, as was wanted");
        }
        desk.powerCut();
        desk.journal = j -> j;
        desk.assertUsable();
        assertTrue(List.of(Desk.signature(), fresh).contains(held(desk)));
        boolean begun = !desk.agent().unfinished().isEmpty();
        if (begun && !pageComesBack) {
            finish(desk);
        } else {
            JsonNode again = write(new HipkiDesk(desk), fresh);
            assertEquals(0, again.get("ret_code").asInt(), again::toString);
        }
        assertEquals(fresh, held(desk));
        assertEquals(List.of(), desk.agent().unfinished());
        desk.assertUsable();
    }

    /// As the agent's window does it: nothing new, without the page.
    private static void finish(Desk desk) {
        var plan =
                desk.renewals()
                        .plan(
                                Desk.READER,
                                new perennial.agent.renewal.RenewalOrder.Finish(),
                                progress -> {});
        try (PinEntry entry = PinEntry.of(Pin.of(PIN.toCharArray()), false)) {
            assertEquals(new perennial.card.PinOutcome.Verified(), plan.enterPin(entry));
        }
        assertEquals(Optional.empty(), plan.run().problem());
    }

    @Test
    void what_a_page_left_behind_does_not_keep_our_own_renewal_from_its_way() {
        Certificate fresh = Desk.authority().renewed(Desk.signature());
        Desk desk = new Desk(folder.resolve("home"));
        desk.journal =
                disk -> {
                    disk.append(
                            new perennial.agent.renewal.RenewalSubject(
                                    perennial.core.renewal.RenewalId.random(Desk.RANDOM),
                                    desk.ticketCard(),
                                    KeySlot.DIGITAL_SIGNATURE,
                                    java.net.URI.create("carried:" + HipkiDesk.SITE)),
                            new perennial.core.renewal.RenewalEvent.Requested(
                                    perennial.core.renewal.RenewalKind.RENEWAL,
                                    Desk.signature(),
                                    Desk.CLOCK.instant()));
                    desk.journal = j -> j;
                    return disk;
                };
        assertTrue(desk.renew().renewed());
        desk.assertRenewed();
        assertTrue(!held(desk).equals(fresh));
    }
}
