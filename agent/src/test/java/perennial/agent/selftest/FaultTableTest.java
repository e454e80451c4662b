// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import perennial.agent.AgentException;
import perennial.agent.selftest.BrowserFacts.Loopback;
import perennial.card.CardException;
import perennial.card.KeySlot;
import perennial.card.apdu.ApduChannel;
import perennial.card.apdu.ApduReader;
import perennial.card.apdu.ApduReaders;
import perennial.card.apdu.CommandApdu;
import perennial.card.apdu.ResponseApdu;
import perennial.card.piv.PivReaders;
import perennial.card.pkcs11.Pkcs11Module;
import perennial.core.advice.Advice;
import perennial.core.advice.AdviceBook;
import perennial.core.advice.Language;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyAlgorithm;
import perennial.virtualcard.Faults;
import perennial.virtualcard.ProductGeneration;
import perennial.virtualcard.VirtualCard;
import perennial.virtualcard.VirtualReaders;

/// Every fault that a desk can have, put onto it one at a time: each is found where it is, under a
/// code of its own, with cause and remedy in both languages. The table is printed.
class FaultTableTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final byte[] OK = {(byte) 0x90, 0x00};
    private static final byte[] NOT_FOUND = {0x6A, (byte) 0x82};

    @TempDir Path folder;

    /// @param topic where it is found
    record Fault(String what, Topic topic, Problem problem, Breaking breaking) {
        @Override
        public String toString() {
            return what;
        }
    }

    interface Breaking {
        void on(TestDesk desk) throws Exception;
    }

    static Stream<Fault> faults() {
        return Stream.of(ofComputer(), ofLibraries(), ofNetwork(), ofReaders(), ofCards(), ofKeys())
                .flatMap(List::stream);
    }

    private static Fault fault(String what, Topic topic, Problem problem, Breaking breaking) {
        return new Fault(what, topic, problem, breaking);
    }

    private static List<Fault> ofComputer() {
        return List.of(
                fault(
                        "system not supported",
                        Topic.OPERATING_SYSTEM,
                        Problem.SYSTEM_NOT_SUPPORTED,
                        desk -> desk.properties.setProperty("os.name", "SunOS")),
                fault(
                        "browser not supported",
                        Topic.BROWSER,
                        Problem.BROWSER_NOT_SUPPORTED,
                        desk -> browser(desk, false, true, Loopback.PROMPT)),
                fault(
                        "window blocked",
                        Topic.WINDOWS,
                        Problem.WINDOW_BLOCKED,
                        desk -> browser(desk, true, false, Loopback.PROMPT)),
                fault(
                        "Local Network Access denied",
                        Topic.LOOPBACK_ACCESS,
                        Problem.LOOPBACK_DENIED,
                        desk -> browser(desk, true, true, Loopback.DENIED)),
                fault(
                        "component old",
                        Topic.COMPONENT,
                        Problem.COMPONENT_OLD,
                        desk -> desk.asked = desk.asked.needing("0.1.1")),
                fault(
                        "no component running",
                        Topic.PORT,
                        Problem.AGENT_MISSING,
                        desk -> at(desk, closedPort())),
                fault(
                        "port taken by another program",
                        Topic.PORT,
                        Problem.PORT_TAKEN,
                        desk ->
                                at(
                                        desk,
                                        desk.keep(
                                                        SmallServer.plain((_, _) ->
                                                                "SSH-2.0-x\r\n"
                                                                        .getBytes(
                                                                                StandardCharsets
                                                                                        .US_ASCII)))
                                                .port())),
                fault(
                        "home not writable",
                        Topic.HOME,
                        Problem.JOURNAL_NOT_WRITABLE,
                        desk -> Files.writeString(desk.home, "a file where the folder should be")),
                fault(
                        "disk full",
                        Topic.HOME,
                        Problem.DISK_FULL,
                        desk -> desk.disk = new Surroundings.Disk(desk.home, Long.MAX_VALUE)),
                fault(
                        "journal damaged",
                        Topic.JOURNAL,
                        Problem.JOURNAL_DAMAGED,
                        desk -> {
                            Path card = desk.home.resolve("renewals/30303838");
                            Files.createDirectories(card);
                            Files.writeString(card.resolve("x.journal"), "torn");
                        }));
    }

    private static List<Fault> ofLibraries() {
        return List.of(
                fault(
                        "library missing",
                        Topic.LIBRARIES,
                        Problem.TOKEN_LIBRARY_MISSING,
                        desk -> library(desk, desk.home.resolveSibling("none.so"))),
                fault(
                        "library crashing",
                        Topic.LIBRARIES,
                        Problem.TOKEN_LIBRARY_FAILED,
                        desk -> library(desk, compiled(desk, "CRASH"))),
                fault(
                        "library hanging",
                        Topic.LIBRARIES,
                        Problem.TOKEN_LIBRARY_HANGS,
                        desk -> {
                            desk.patience = Duration.ofSeconds(3);
                            library(desk, compiled(desk, "HANG"));
                        }));
    }

    private static List<Fault> ofNetwork() {
        return List.of(
                fault(
                        "RA unreachable",
                        Topic.REGISTRATION_AUTHORITY,
                        Problem.RA_UNREACHABLE,
                        desk -> desk.origin = URI.create("http://localhost:" + closedPort())),
                fault(
                        "name not resolved",
                        Topic.REGISTRATION_AUTHORITY,
                        Problem.RA_NAME_UNKNOWN,
                        desk -> desk.origin = URI.create("http://ra.invalid")),
                fault(
                        "TLS intercepted",
                        Topic.REGISTRATION_AUTHORITY,
                        Problem.TLS_INTERCEPTED,
                        desk ->
                                tls(
                                        desk,
                                        new TestIssuer("CN=Antivirus Web Shield Root"),
                                        Instant.now().plus(DAY))),
                fault(
                        "TLS certificate outside its validity",
                        Topic.REGISTRATION_AUTHORITY,
                        Problem.TLS_DATE_WRONG,
                        desk -> tls(desk, TestDesk.ISSUER, Instant.now().minus(DAY))),
                fault(
                        "proxy wants a login",
                        Topic.REGISTRATION_AUTHORITY,
                        Problem.PROXY_NEEDED,
                        desk -> {
                            int proxy =
                                    answering(
                                            desk,
                                            "407 Proxy Authentication Required",
                                            "Proxy-Authenticate: Basic realm=\"office\"\r\n");
                            desk.proxies =
                                    ProxySelector.of(
                                            new InetSocketAddress(
                                                    InetAddress.getLoopbackAddress(), proxy));
                            desk.origin = URI.create("https://ra.example.test");
                        }),
                fault(
                        "network wants a login",
                        Topic.REGISTRATION_AUTHORITY,
                        Problem.NETWORK_LOGIN_NEEDED,
                        desk -> ra(desk, "302 Found", "Location: http://login.hotel.example/\r\n")),
                fault(
                        "RA answers nonsense",
                        Topic.REGISTRATION_AUTHORITY,
                        Problem.RA_ANSWER_INVALID,
                        desk -> ra(desk, "502 Bad Gateway", "")),
                fault(
                        "clock wrong by a year",
                        Topic.CLOCK,
                        Problem.CLOCK_WRONG,
                        desk -> desk.clock = Clock.offset(desk.clock, Duration.ofDays(365))),
                fault(
                        "certificate revoked",
                        Topic.SIGNATURE_STATUS,
                        Problem.REVOKED,
                        desk ->
                                TestDesk.ISSUER.revoke(
                                        another(desk, KeyUsage.digitalSignature, TestDesk.ocsp()),
                                        CRLReason.keyCompromise)),
                fault(
                        "certificate suspended",
                        Topic.SIGNATURE_STATUS,
                        Problem.SUSPENDED,
                        desk ->
                                TestDesk.ISSUER.revoke(
                                        another(desk, KeyUsage.digitalSignature, TestDesk.ocsp()),
                                        CRLReason.certificateHold)),
                fault(
                        "OCSP unreachable",
                        Topic.SIGNATURE_STATUS,
                        Problem.STATUS_UNKNOWN,
                        desk ->
                                another(
                                        desk,
                                        KeyUsage.digitalSignature,
                                        "http://127.0.0.1:%d/ocsp".formatted(closedPort()))),
                fault(
                        "card of another authority",
                        Topic.SIGNATURE_STATUS,
                        Problem.FOREIGN_ISSUER,
                        desk -> desk.anchors = List.of(new TestIssuer("CN=Other CA").certificate)));
    }

    private static List<Fault> ofReaders() {
        return List.of(
                fault(
                        "no card service",
                        Topic.READERS,
                        Problem.READER_SERVICE_MISSING,
                        desk ->
                                desk.through(
                                        new PivReaders(new StoppedService(), TestDesk.RANDOM))),
                fault("no reader", Topic.READERS, Problem.NO_READER, desk -> noReader(desk)),
                fault(
                        "reader without driver",
                        Topic.READERS,
                        Problem.READER_DRIVER_MISSING,
                        desk -> {
                            noReader(desk);
                            Path devices = desk.home.resolveSibling("usb");
                            Files.createDirectories(devices.resolve("1-2:1.0"));
                            Files.writeString(devices.resolve("1-2:1.0/bInterfaceClass"), "0b\n");
                            desk.usb = Optional.of(devices);
                        }),
                fault(
                        "two cards",
                        Topic.READERS,
                        Problem.SEVERAL_CARDS,
                        desk -> {
                            desk.readers.insert(
                                    VirtualReaders.name(1),
                                    TestDesk.blank(ProductGeneration.STANDARD));
                            desk.asked = Asked.nothing().by(desk.asked.browser().orElseThrow());
                        }));
    }

    private static List<Fault> ofCards() {
        return List.of(
                fault(
                        "no card",
                        Topic.CARD,
                        Problem.NO_CARD,
                        desk -> desk.readers.eject(TestDesk.READER)),
                fault(
                        "card upside down",
                        Topic.CARD,
                        Problem.CARD_MUTE,
                        desk ->
                                reader(
                                        desk,
                                        () -> {
                                            throw new CardException(
                                                    Problem.CARD_MUTE, "no answer to reset");
                                        })),
                fault(
                        "unknown card",
                        Topic.CARD,
                        Problem.CARD_NOT_SUPPORTED,
                        desk -> reader(desk, () -> new Answering(NOT_FOUND, NOT_FOUND))),
                fault(
                        "card number missing",
                        Topic.CARD,
                        Problem.CARD_NUMBER_MISSING,
                        desk -> reader(desk, () -> new Answering(OK, NOT_FOUND))),
                fault(
                        "card answers nonsense",
                        Topic.CARD,
                        Problem.CARD_ANSWER_INVALID,
                        desk -> reader(desk, () -> new Answering(OK, new byte[] {0x6F, 0x00}))),
                fault(
                        "card used by another program",
                        Topic.CARD,
                        Problem.CARD_IN_USE,
                        desk -> desk.keep(desk.card.connect())),
                fault(
                        "card pulled out",
                        Topic.CARD,
                        Problem.CARD_REMOVED,
                        desk -> desk.card.faults().cutAt(2, Faults.Moment.AFTER)),
                fault(
                        "another card",
                        Topic.CARD,
                        Problem.OTHER_CARD,
                        desk -> desk.asked = desk.asked.of(new CardNumber("0088112120477999"))),
                fault(
                        "renewal running",
                        Topic.CARD,
                        Problem.RENEWAL_RUNNING,
                        desk ->
                                desk.door =
                                        name -> {
                                            throw new AgentException(Problem.RENEWAL_RUNNING, name);
                                        }),
                fault("PIN wrong", Topic.PIN, Problem.PIN_WRONG, desk -> desk.pin = "000000"),
                fault(
                        "PIN at its last try",
                        Topic.PIN,
                        Problem.PIN_LAST_TRY,
                        desk -> wrongPins(desk, 2)),
                fault("PIN blocked", Topic.PIN, Problem.PIN_BLOCKED, desk -> wrongPins(desk, 3)));
    }

    private static List<Fault> ofKeys() {
        return List.of(
                fault(
                        "no certificate",
                        Topic.SIGNATURE,
                        Problem.NO_CERTIFICATE,
                        desk -> desk.with(TestDesk.blank(ProductGeneration.WITH_METADATA))),
                fault(
                        "no encryption certificate",
                        Topic.ENCRYPTION,
                        Problem.NO_ENCRYPTION_CERTIFICATE,
                        desk -> desk.with(TestDesk.blank(ProductGeneration.WITH_METADATA))),
                fault(
                        "key without certificate",
                        Topic.SIGNATURE,
                        Problem.KEY_WITHOUT_CERTIFICATE,
                        desk -> {
                            VirtualCard card = TestDesk.blank(ProductGeneration.WITH_METADATA);
                            card.generate(KeySlot.DIGITAL_SIGNATURE, KeyAlgorithm.P_256);
                            desk.with(card);
                        }),
                fault(
                        "certificate without key",
                        Topic.SIGNATURE,
                        Problem.CERTIFICATE_WITHOUT_KEY,
                        desk -> {
                            VirtualCard card = TestDesk.blank(ProductGeneration.WITH_METADATA);
                            card.install(KeySlot.DIGITAL_SIGNATURE, TestDesk.signature());
                            desk.with(card);
                        }),
                fault(
                        "certificate of another key",
                        Topic.SIGNATURE,
                        Problem.KEY_NOT_OF_CERTIFICATE,
                        desk -> {
                            VirtualCard card = TestDesk.blank(ProductGeneration.STANDARD);
                            card.generate(KeySlot.DIGITAL_SIGNATURE, KeyAlgorithm.P_256);
                            card.install(KeySlot.DIGITAL_SIGNATURE, TestDesk.signature());
                            desk.with(card);
                        }),
                fault(
                        "certificate expired",
                        Topic.SIGNATURE_VALIDITY,
                        Problem.CERTIFICATE_EXPIRED,
                        desk -> valid(desk, Instant.now().minus(DAY.multipliedBy(2)), -1)),
                fault(
                        "certificate not yet valid",
                        Topic.SIGNATURE_VALIDITY,
                        Problem.CERTIFICATE_NOT_YET_VALID,
                        desk -> valid(desk, Instant.now().plus(DAY), 2)));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void every_fault_is_found_where_it_is(Fault fault) throws Exception {
        try (TestDesk desk = new TestDesk(folder)) {
            fault.breaking().on(desk);
            Report report = desk.examine();
            Finding.Failed failed =
                    assertInstanceOf(
                            Finding.Failed.class, report.of(fault.topic()), report::toString);
            assertEquals(fault.problem(), failed.problem(), report::toString);
            assertFalse(report.passed());
        }
    }

    @Test
    void nothing_is_wrong_on_a_desk_where_nothing_is() throws Exception {
        try (TestDesk desk = new TestDesk(folder)) {
            Files.createDirectories(desk.home);
            library(desk, compiled(desk, "NOTHING"));
            Report report = desk.examine();
            report.findings()
                    .forEach((topic, finding) ->
                            assertInstanceOf(
                                    Finding.Passed.class, finding, () -> topic + ": " + finding));
            for (SelfTestRow row : SelfTestRow.values()) {
                assertEquals(Report.Verdict.PASSED, report.verdict(row.topics()), row::name);
            }
            for (DesktopItem item : DesktopItem.values()) {
                assertEquals(Report.Verdict.PASSED, report.verdict(item.topics()), item::name);
            }
        }
    }

    @Test
    void every_fault_has_a_code_of_its_own_and_words_in_both_languages() {
        AdviceBook book = new AdviceBook();
        Set<String> codes = new HashSet<>();
        Set<String> causes = new HashSet<>();
        List<String> table = new ArrayList<>();
        for (Fault fault : faults().toList()) {
            assertTrue(codes.add(fault.problem().code()), () -> "used twice: " + fault);
            for (Language language : Language.values()) {
                Advice advice = book.advice(fault.problem(), language);
                assertTrue(causes.add(advice.cause()), () -> "said twice: " + advice);
                assertFalse(advice.remedy().isBlank());
            }
            table.add(
                    "%-38s %-22s %s %s"
                            .formatted(
                                    fault.what(),
                                    fault.topic(),
                                    fault.problem().code(),
                                    book.advice(fault.problem(), Language.ZH_TW).cause()));
        }
        assertTrue(codes.size() >= 30, () -> "faults: " + codes.size());
        System.out.println(String.join("\n", table));
        System.out.println("doctor: %d faults, %d codes".formatted(table.size(), codes.size()));
    }

    @Test
    void every_topic_stands_in_the_environment_check_and_has_a_check() throws Exception {
        Set<Topic> shown = new HashSet<>();
        for (DesktopItem item : DesktopItem.values()) {
            item.topics().forEach(topic -> assertTrue(shown.add(topic), topic::name));
        }
        assertEquals(Set.of(Topic.values()), shown);
        try (TestDesk desk = new TestDesk(folder)) {
            assertEquals(Topic.values().length, desk.examine().findings().size());
        }
    }

    @Test
    void without_a_pin_no_try_is_used_and_what_takes_it_is_left_out() throws Exception {
        try (TestDesk desk = new TestDesk(folder)) {
            Report report = desk.doctor().examine(desk.asked);
            assertEquals(new Finding.NotDone(Finding.Why.WITHOUT_PIN), report.of(Topic.PIN));
            assertEquals(new Finding.NotDone(Finding.Why.WITHOUT_PIN), report.of(Topic.SIGNATURE));
            assertInstanceOf(Finding.Passed.class, report.of(Topic.SIGNATURE_VALIDITY));
            assertTrue(report.passed(), report::toString);
        }
    }

    // --- what is wrong ---

    private static void browser(TestDesk desk, boolean capable, boolean opens, Loopback loopback) {
        desk.asked =
                desk.asked.by(new BrowserFacts("Old 1", capable, Optional.of(opens), loopback));
    }

    private static void at(TestDesk desk, int port) {
        desk.component = new Surroundings.Component("0.1.0", port, false);
    }

    private static int closedPort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void library(TestDesk desk, Path file) {
        desk.modules = List.of(new Pkcs11Module("Test", file, Map.of()));
    }

    private static Path compiled(TestDesk desk, String harm) throws Exception {
        Path library = desk.home.resolveSibling("library.so");
        Path source = desk.home.resolveSibling("library.c");
        try (var in = FaultTableTest.class.getResourceAsStream("library.c")) {
            Files.write(source, java.util.Objects.requireNonNull(in).readAllBytes());
        }
        Process gcc =
                new ProcessBuilder(
                                "gcc",
                                "-w",
                                "-shared",
                                "-fPIC",
                                "-D" + harm,
                                "-o",
                                library.toString(),
                                source.toString())
                        .inheritIO()
                        .start();
        assertEquals(0, gcc.waitFor(), "gcc (Debian: gcc, libc6-dev)");
        return library;
    }

    private static int answering(TestDesk desk, String status, String fields) {
        return desk.keep(SmallServer.plain((_, _) -> SmallServer.http(status, fields, new byte[0])))
                .port();
    }

    private static void ra(TestDesk desk, String status, String fields) {
        desk.origin = URI.create("http://localhost:" + answering(desk, status, fields));
    }

    private static void tls(TestDesk desk, TestIssuer issuer, Instant until) throws Exception {
        KeyPair keys = TestIssuer.p256();
        Certificate own =
                issuer.forServer(keys.getPublic(), until.minus(DAY.multipliedBy(30)), until);
        SmallServer server =
                desk.keep(SmallServer.tls(own, keys, (_, _) -> SmallServer.http("200 OK")));
        desk.origin = URI.create("https://localhost:" + server.port());
    }

    /// Another certificate for the card's signature key.
    private static Certificate another(TestDesk desk, int usage, String ocsp) {
        Certificate one = TestDesk.ISSUER.forHolder(TestDesk.signature().publicKey(), usage, ocsp);
        desk.card.install(KeySlot.DIGITAL_SIGNATURE, one);
        return one;
    }

    private static void valid(TestDesk desk, Instant from, int days) {
        Instant to = Instant.now().plus(Duration.ofDays(days));
        desk.card.install(
                KeySlot.DIGITAL_SIGNATURE,
                TestDesk.ISSUER.forHolder(
                        TestDesk.signature().publicKey(),
                        KeyUsage.digitalSignature,
                        from,
                        to,
                        TestDesk.ocsp()));
    }

    private static void noReader(TestDesk desk) {
        desk.through(new PivReaders(new VirtualReaders(0), TestDesk.RANDOM));
    }

    private static void wrongPins(TestDesk desk, int times) {
        String right = desk.pin;
        desk.pin = "000000";
        desk.lastTry = true;
        for (int i = 0; i < times; i++) {
            Report _ = desk.examine();
        }
        desk.pin = right;
        desk.lastTry = false;
    }

    private static void reader(TestDesk desk, java.util.function.Supplier<ApduChannel> connecting) {
        desk.through(new PivReaders(new OneReader(connecting), TestDesk.RANDOM));
    }

    /// A system whose card service is not there.
    private record StoppedService() implements ApduReaders {
        @Override
        public List<ApduReader> list() {
            throw new CardException(Problem.READER_SERVICE_MISSING, "no service");
        }

        @Override
        public boolean awaitChange(Duration atMost) {
            return false;
        }
    }

    /// A reader with a card that behaves as it is told.
    private record OneReader(java.util.function.Supplier<ApduChannel> connecting)
            implements ApduReaders, ApduReader {
        @Override
        public List<ApduReader> list() {
            return List.of(this);
        }

        @Override
        public boolean awaitChange(Duration atMost) {
            return false;
        }

        @Override
        public String name() {
            return TestDesk.READER;
        }

        @Override
        public boolean cardPresent() {
            return true;
        }

        @Override
        public ApduChannel connect() {
            return connecting.get();
        }
    }

    /// Answers a selection with one thing and everything else with another.
    private record Answering(byte[] selection, byte[] rest) implements ApduChannel {
        @Override
        public ResponseApdu transmit(CommandApdu command) {
            boolean selects = command.encoded()[1] == (byte) 0xA4;
            return ResponseApdu.ofEncoded((selects ? selection : rest).clone());
        }

        @Override
        public Optional<byte[]> atr() {
            return Optional.empty();
        }

        @Override
        public void close() {}
    }
}
