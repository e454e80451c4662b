// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue;

import java.util.Optional;
import java.util.function.Function;

/// One thing to look for before a certificate is signed.
///
/// @param name the rule, as it must hold
/// @param clause where it comes from
/// @param find what is wrong; empty when the rule holds
record Lint(String name, String clause, Function<Candidate, Optional<String>> find) {
    /// What one lint found.
    record Finding(String name, String clause, String text) {
        @Override
        public String toString() {
            return "%s (%s): %s".formatted(name, clause, text);
        }
    }

    Optional<Finding> look(Candidate candidate) {
        Optional<String> found;
        try {
            found = find.apply(candidate);
        } catch (IllegalArgumentException | IllegalStateException e) {
            found = Optional.of("cannot be read: " + e.getMessage());
        }
        return found.map(text -> new Finding(name, clause, text));
    }
}
