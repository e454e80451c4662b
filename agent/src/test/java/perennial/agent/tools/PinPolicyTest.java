// SPDX-License-Identifier: Apache-2.0
package perennial.agent.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perennial.agent.AgentException;
import perennial.agent.tools.PinPolicy.Weakness;
import perennial.card.Pin;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;

class PinPolicyTest {
    private static final CardNumber CARD = new CardNumber("0088112120477810");
    private @TempDir Path home;

    private static Optional<Weakness> weakness(PinPolicy policy, String pin) {
        try (Pin next = Pin.of(pin.toCharArray())) {
            return policy.weakness(next, CARD);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "111111, ALL_THE_SAME",
        "aaaaaaaa, ALL_THE_SAME",
        "123456, ROW",
        "87654321, ROW",
        "789012, ROW",
        "210987, ROW",
        "abcdef, ROW",
        "112120, PART_OF_CARD_NUMBER",
        "477810, PART_OF_CARD_NUMBER",
        "121212, LISTED",
        "PassWord, LISTED"
    })
    void a_pin_that_others_would_try_first_is_refused(String pin, Weakness weakness) {
        assertEquals(Optional.of(weakness), weakness(PinPolicy.STANDARD, pin));
    }

    @ParameterizedTest
    @CsvSource({"482913", "8801121x", "123457", "1234560", "112121", "Xy7!pq42"})
    void any_other_is_taken(String pin) {
        assertEquals(Optional.empty(), weakness(PinPolicy.STANDARD, pin));
    }

    @Test
    void the_file_changes_what_it_names_and_nothing_else() throws IOException {
        Files.writeString(
                home.resolve("pin-policy"),
                "# ours\n\nrefuse-rows = no\nrefuse = 482913, hunter22\n");
        PinPolicy policy = PinPolicyFile.read(home);
        assertEquals(Optional.empty(), weakness(policy, "123456"));
        assertEquals(Optional.empty(), weakness(policy, "121212"));
        assertEquals(Optional.of(Weakness.LISTED), weakness(policy, "Hunter22"));
        assertEquals(Optional.of(Weakness.ALL_THE_SAME), weakness(policy, "000000"));
    }

    @ParameterizedTest
    @CsvSource({"'refuse-rows = maybe'", "'refuse-row = yes'", "'refuse-rows'"})
    void a_line_that_is_not_understood_is_named(String line) throws IOException {
        Files.writeString(home.resolve("pin-policy"), "refuse-same = yes\n" + line + "\n");
        AgentException refused = assertThrows(AgentException.class, () -> PinPolicyFile.read(home));
        assertEquals(Problem.CONFIGURATION_INVALID, refused.problem());
        assertTrue(String.valueOf(refused.getMessage()).contains("pin-policy:2:"));
    }

    @Test
    void without_a_file_the_standard_holds() {
        assertEquals(PinPolicy.STANDARD, PinPolicyFile.read(home));
    }
}
