// SPDX-License-Identifier: Apache-2.0
package perennial.agent.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import perennial.agent.AgentException;
import perennial.core.advice.Problem;

/// `pin-policy` in the agent's home: lines `name = value`, empty lines, and lines that begin with
/// `#`. Names: `refuse-same`, `refuse-rows`, `refuse-card-number` (`yes` or `no`) and `refuse`
/// (PINs, with commas between them; in place of the standard ones).
public final class PinPolicyFile {
    private static final String NAME = "pin-policy";
    private static final int MAX_OCTETS = 64 * 1024;

    private PinPolicyFile() {}

    /// The policy in this folder; the standard one where there is no file.
    ///
    /// @throws AgentException CONFIGURATION_INVALID with the line that is not understood
    public static PinPolicy read(Path home) {
        Path file = home.resolve(NAME);
        if (!Files.exists(file)) {
            return PinPolicy.STANDARD;
        }
        try {
            if (Files.size(file) > MAX_OCTETS) {
                throw invalid(file, 1, "at most 64 KiB");
            }
            return policy(file, Files.readAllLines(file));
        } catch (IOException e) {
            throw new AgentException(
                    Problem.CONFIGURATION_INVALID, file + ": cannot be read as UTF-8", e);
        }
    }

    private static PinPolicy policy(Path file, List<String> lines) {
        PinPolicy policy = PinPolicy.STANDARD;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int sign = line.indexOf('=');
            if (sign < 0) {
                throw invalid(file, i + 1, "expected name = value");
            }
            String value = line.substring(sign + 1).strip();
            policy =
                    switch (line.substring(0, sign).strip()) {
                        case "refuse-same" ->
                                new PinPolicy(
                                        truth(file, i + 1, value),
                                        policy.refusesRows(),
                                        policy.refusesCardNumber(),
                                        policy.refused());
                        case "refuse-rows" ->
                                new PinPolicy(
                                        policy.refusesSame(),
                                        truth(file, i + 1, value),
                                        policy.refusesCardNumber(),
                                        policy.refused());
                        case "refuse-card-number" ->
                                new PinPolicy(
                                        policy.refusesSame(),
                                        policy.refusesRows(),
                                        truth(file, i + 1, value),
                                        policy.refused());
                        case "refuse" ->
                                new PinPolicy(
                                        policy.refusesSame(),
                                        policy.refusesRows(),
                                        policy.refusesCardNumber(),
                                        listed(value));
                        default -> throw invalid(file, i + 1, "unknown name");
                    };
        }
        return policy;
    }

    private static boolean truth(Path file, int line, String value) {
        return switch (value) {
            case "yes" -> true;
            case "no" -> false;
            default -> throw invalid(file, line, "expected yes or no");
        };
    }

    private static Set<String> listed(String value) {
        return Arrays.stream(value.split(","))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static AgentException invalid(Path file, int line, String expected) {
        return new AgentException(
                Problem.CONFIGURATION_INVALID, "%s:%d: %s".formatted(file, line, expected));
    }
}
