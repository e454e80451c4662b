// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.card.CardException;
import perennial.core.advice.Problem;

/// Libraries that do harm, compiled here; whatever they do, this process lives on.
class RemoteCryptokiTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir static Path directory;

    @Test
    void a_crash_in_a_call_is_the_end_of_the_librarys_process_alone() throws Exception {
        Pkcs11Module module = hostile("CRASH");
        RemoteCryptoki crashing = RemoteCryptoki.start(module, PATIENCE);
        long session = opened(crashing);
        crashing.call(new Call.SignInit(session, new Mechanism.Plain(Ck.CKM_ECDSA), 1));
        assertFailed(crashing, new Call.Sign(session, new byte[32]));
        assertFailed(crashing, new Call.GetSlotList(true));
        try (RemoteCryptoki next = RemoteCryptoki.start(module, PATIENCE)) {
            assertEquals(List.of(7L), next.call(new Call.GetSlotList(true)).values());
        }
        try (var files = Files.list(Path.of("."))) {
            assertTrue(files.noneMatch(file -> file.getFileName().toString().contains("hs_err")));
        }
    }

    @Test
    void a_library_that_hangs_is_killed() throws Exception {
        try (RemoteCryptoki hanging =
                RemoteCryptoki.start(hostile("HANG"), Duration.ofSeconds(3))) {
            hanging.call(new Call.Initialize());
            assertEquals(
                    Problem.TOKEN_LIBRARY_HANGS,
                    assertThrows(
                                    CardException.class,
                                    () -> hanging.call(new Call.GetSlotList(true)))
                            .problem());
            assertTrue(hanging.process().onExit().get(10, TimeUnit.SECONDS) != null);
        }
    }

    @Test
    void what_a_library_prints_is_not_an_answer() throws Exception {
        try (RemoteCryptoki noisy = RemoteCryptoki.start(hostile("NOISE"), PATIENCE)) {
            for (int i = 0; i < 3; i++) {
                assertEquals(List.of(7L), noisy.call(new Call.GetSlotList(true)).values());
            }
        }
    }

    @Test
    void absurd_lengths_and_counts_are_refused() throws Exception {
        assertFailed(RemoteCryptoki.start(hostile("ABSURD"), PATIENCE), new Call.GetSlotList(true));
        Pkcs11Module liar = hostile("LIAR");
        assertFailedInSession(
                liar, s -> new Call.FindObjects(s, List.of(Attribute.of(Ck.CKA_TOKEN, true))));
        assertFailedInSession(liar, s -> new Call.GetAttributes(s, 1, List.of(Ck.CKA_VALUE)));
        assertFailedInSession(liar, s -> new Call.Sign(s, new byte[32]));
    }

    @Test
    void a_token_that_says_nothing_sensible_is_a_token_with_odd_texts() throws Exception {
        try (RemoteCryptoki liar = RemoteCryptoki.start(hostile("LIAR"), PATIENCE)) {
            Answer.Token token = liar.call(new Call.GetToken(7));
            assertEquals("A".repeat(32), token.label());
            assertEquals(Ck.UNAVAILABLE_INFORMATION, token.freePrivateMemory());
            var session = Pkcs11Cards.open(liar, 7, new SecureRandom());
            assertEquals(0, session.triesLeft());
            session.close();
        }
    }

    @Test
    void a_function_that_the_library_has_not_is_not_supported() throws Exception {
        try (RemoteCryptoki some = RemoteCryptoki.start(hostile("LIAR"), PATIENCE)) {
            CryptokiException refused =
                    assertThrows(
                            CryptokiException.class, () -> some.call(new Call.GetMechanismList(7)));
            assertEquals(ReturnCode.FUNCTION_NOT_SUPPORTED, refused.code());
            assertTrue(some.isAlive());
        }
    }

    @Test
    void a_file_that_is_no_library_fails_with_its_name() throws Exception {
        Path text = Files.writeString(directory.resolve("text.so"), "no library");
        Pkcs11Module module = new Pkcs11Module("text", text, Map.of());
        CardException failed =
                assertFailed(RemoteCryptoki.start(module, PATIENCE), new Call.Initialize());
        assertTrue(String.valueOf(failed.getMessage()).contains("text.so"));
    }

    @Test
    void the_librarys_process_ends_with_the_one_that_asks() throws Exception {
        Process parent =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Parent.class.getName(),
                                hostile("HANG").library().toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (InputStream out = parent.getInputStream()) {
            StringBuilder pid = new StringBuilder();
            for (int c = out.read(); c >= '0'; c = out.read()) {
                pid.append((char) c);
            }
            ProcessHandle child = ProcessHandle.of(Long.parseLong(pid.toString())).orElseThrow();
            assertTrue(child.isAlive());
            parent.destroyForcibly();
            child.onExit().get(20, TimeUnit.SECONDS);
            assertFalse(child.isAlive());
        }
    }

    /// Starts a library, says its process, and waits for it in a call that never ends.
    static final class Parent {
        private Parent() {}

        public static void main(String[] arguments) {
            Pkcs11Module module = new Pkcs11Module("x", Path.of(arguments[0]), Map.of());
            RemoteCryptoki remote = RemoteCryptoki.start(module, Duration.ofMinutes(5));
            remote.call(new Call.Initialize());
            System.out.println(remote.process().pid());
            remote.call(new Call.GetSlotList(true));
        }
    }

    private interface InSession {
        Call<?> with(long session);
    }

    private static void assertFailedInSession(Pkcs11Module module, InSession call) {
        RemoteCryptoki library = RemoteCryptoki.start(module, PATIENCE);
        long session = opened(library);
        assertFailed(library, call.with(session));
    }

    private static CardException assertFailed(RemoteCryptoki library, Call<?> call) {
        CardException failed = assertThrows(CardException.class, () -> library.call(call));
        assertEquals(Problem.TOKEN_LIBRARY_FAILED, failed.problem());
        return failed;
    }

    private static long opened(RemoteCryptoki library) {
        library.call(new Call.Initialize());
        return library.call(new Call.OpenSession(7, true)).value();
    }

    static Pkcs11Module hostile(String harm) throws Exception {
        Path source = Files.createTempFile(directory, harm, ".c");
        try (InputStream in = RemoteCryptokiTest.class.getResourceAsStream("hostile.c")) {
            Files.write(source, in.readAllBytes());
        }
        Path library = Path.of(source.toString().replace(".c", ".so"));
        Process gcc;
        try {
            gcc =
                    new ProcessBuilder(
                                    "gcc",
                                    "-std=gnu11",
                                    "-shared",
                                    "-fPIC",
                                    "-w",
                                    "-D" + harm,
                                    "-o",
                                    library.toString(),
                                    source.toString())
                            .redirectErrorStream(true)
                            .start();
        } catch (java.io.IOException e) {
            throw new AssertionError("these tests need a C compiler: apt-get install gcc", e);
        }
        String said = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, gcc.waitFor(), said);
        return new Pkcs11Module(harm, library, Map.of());
    }
}
