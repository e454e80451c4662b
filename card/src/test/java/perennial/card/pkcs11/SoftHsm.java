// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import perennial.card.CardSession;
import perennial.card.Pin;
import perennial.card.PinOutcome;

/// Debian's SoftHSM 2 with one token in a directory of its own.
public final class SoftHsm implements AutoCloseable {
    public static final String PIN = "123456";
    public static final String SO_PIN = "87654321";

    private static final List<Path> PLACES =
            List.of(
                    Path.of("/usr/lib/softhsm/libsofthsm2.so"),
                    Path.of("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"),
                    Path.of("/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so"));

    private final Pkcs11Module module;
    private RemoteCryptoki library;
    private long slot;

    private SoftHsm(Pkcs11Module module) {
        this.module = module;
        this.library = started();
        this.slot = slots().getFirst();
        reset();
    }

    /// @param directory where the token is kept
    public static SoftHsm in(Path directory) throws IOException {
        Path library =
                PLACES.stream()
                        .filter(Files::exists)
                        .findFirst()
                        .orElseThrow(() ->
                                new AssertionError(
                                        "these tests need SoftHSM 2: apt-get install softhsm2"));
        Path tokens = Files.createDirectories(directory.resolve("tokens"));
        Path settings = directory.resolve("softhsm2.conf");
        Files.writeString(
                settings,
                "directories.tokendir = %s%nobjectstore.backend = file%nlog.level = ERROR%n"
                        .formatted(tokens));
        return new SoftHsm(
                new Pkcs11Module("SoftHSM", library, Map.of("SOFTHSM2_CONF", settings.toString())));
    }

    public Pkcs11Module module() {
        return module;
    }

    public Cryptoki library() {
        return library;
    }

    public long slot() {
        return slot;
    }

    /// An empty token with its PINs.
    public void reset() {
        endSessions();
        library.call(new Call.InitToken(slot, octets(SO_PIN), "holder"));
        long session = library.call(new Call.OpenSession(slot, true)).value();
        library.call(new Call.Login(session, UserType.SECURITY_OFFICER, octets(SO_PIN)));
        library.call(new Call.InitPin(session, octets(PIN)));
        endSessions();
    }

    /// What the end of a program does to its sessions.
    public void endSessions() {
        library.call(new Call.CloseAllSessions(slot));
    }

    /// The same token in another life of the library.
    public void restart() {
        library.close();
        library = started();
        slot = slots().getFirst();
    }

    public CardSession open() {
        return open(library);
    }

    /// @param faulty the library, with whatever happens to its calls
    public CardSession open(Cryptoki faulty) {
        return Pkcs11Cards.open(faulty, slot, new SecureRandom());
    }

    /// A session with a verified PIN.
    public CardSession openVerified() {
        return verified(open());
    }

    public static CardSession verified(CardSession session) {
        try (Pin pin = Pin.of(PIN.toCharArray())) {
            PinOutcome outcome = session.verify(pin);
            if (!(outcome instanceof PinOutcome.Verified)) {
                throw new AssertionError("the PIN was answered with " + outcome);
            }
        }
        return session;
    }

    public static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        library.close();
    }

    private RemoteCryptoki started() {
        RemoteCryptoki started = RemoteCryptoki.start(module, Duration.ofSeconds(30));
        started.call(new Call.Initialize());
        return started;
    }

    private List<Long> slots() {
        return library.call(new Call.GetSlotList(true)).values();
    }
}
