// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Hundreds of thousands of hostile answers in every build, the same ones each time; many more with
/// `-Dfuzz.answers=10000000`, and coverage-guided ones with Jazzer ([HostileCardFuzzer]).
class HostileAnswersTest {
    private static final long ANSWERS = Long.getLong("fuzz.answers", 200_000);
    private static final long SEED = Long.getLong("fuzz.seed", 0);
    private static final int MOST_OCTETS = 160;

    @Test
    void whatever_a_card_answers_it_is_a_card_exception_in_bounded_time_and_memory()
            throws IOException {
        HostileConversation conversation = new HostileConversation();
        List<byte[]> known = known();
        assertTimeoutPreemptively(
                Duration.ofMillis(120_000 + ANSWERS),
                () -> {
                    known.forEach(input -> run(conversation, input));
                    Random random = new Random(SEED);
                    while (conversation.answers() < ANSWERS) {
                        run(conversation, input(random, known));
                    }
                });
        System.out.println(conversation.summary());
        assertTrue(conversation.answers() >= ANSWERS);
    }

    private static void run(HostileConversation conversation, byte[] input) {
        try {
            conversation.run(input);
        } catch (RuntimeException | Error e) {
            throw new AssertionError("by the input " + HexFormat.of().formatHex(input), e);
        }
    }

    /// One in eight is a known one, changed; the others are mostly honest, so that what is behind
    /// the first answers is reached as well.
    private static byte[] input(Random random, List<byte[]> known) {
        if (random.nextInt(8) == 0) {
            byte[] input =
                    Arrays.copyOf(known.get(random.nextInt(known.size())), random.nextInt(2, 64));
            input[random.nextInt(input.length)] = (byte) random.nextInt();
            input[random.nextInt(input.length)] = (byte) random.nextInt();
            return input;
        }
        byte[] input = new byte[random.nextInt(2, MOST_OCTETS)];
        random.nextBytes(input);
        input[1] = (byte) random.nextInt(18);
        int from = Math.min(input.length, 2 + input[1]);
        int honest = random.nextInt(input.length - from + 1);
        Arrays.fill(input, from, from + honest, (byte) 0);
        return input;
    }

    private static List<byte[]> known() throws IOException {
        try (InputStream in = HostileAnswersTest.class.getResourceAsStream("hostile-inputs.txt")) {
            if (in == null) {
                throw new IOException("no hostile-inputs.txt");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> HexFormat.of().parseHex(line.split(" ", 2)[0]))
                    .toList();
        }
    }
}
