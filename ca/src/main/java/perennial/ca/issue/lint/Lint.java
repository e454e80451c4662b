// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.lint;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// One rule, and how a breach of it shows.
///
/// @param <S> what it looks at
/// @param name the rule, as it must hold; never changes its meaning, so that findings can be
///   counted
/// @param clause where it comes from
/// @param find what is wrong; empty when the rule holds
public record Lint<S>(String name, String clause, Function<S, Optional<String>> find) {
    /// What one lint found.
    public record Finding(String name, String clause, String text) {
        @Override
        public String toString() {
            return "%s (%s): %s".formatted(name, clause, text);
        }
    }

    /// Looks. What cannot even be looked at breaks the rule too: whatever is thrown is a finding.
    public Optional<Finding> look(S subject) {
        Optional<String> found;
        try {
            found = find.apply(subject);
        } catch (RuntimeException | StackOverflowError e) {
            found = Optional.of("cannot be read: " + e.getMessage());
        }
        return found.map(text -> new Finding(name, clause, text));
    }

    /// Everything that these lints find, in their order.
    public static <S> List<Finding> lookAll(List<Lint<S>> lints, S subject) {
        return lints.stream().map(lint -> lint.look(subject)).flatMap(Optional::stream).toList();
    }

    static Optional<String> unless(boolean right, String text) {
        return right ? Optional.empty() : Optional.of(text);
    }
}
