// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.util.List;
import perennial.core.advice.Problem;

/// What came of one check.
public sealed interface Finding {
    /// What was seen, whatever came of it.
    default List<Fact> facts() {
        return switch (this) {
            case Passed(var seen) -> seen;
            case Failed(_, var seen) -> seen;
            case NotDone _ -> List.of();
        };
    }

    record Passed(List<Fact> seen) implements Finding {
        public Passed {
            seen = List.copyOf(seen);
        }

        static Passed with(Fact... seen) {
            return new Passed(List.of(seen));
        }
    }

    /// @param problem what the holder is told
    record Failed(Problem problem, List<Fact> seen) implements Finding {
        public Failed {
            seen = List.copyOf(seen);
        }

        static Failed with(Problem problem, Fact... seen) {
            return new Failed(problem, List.of(seen));
        }
    }

    record NotDone(Why why) implements Finding {}

    /// Why there was nothing to check.
    enum Why {
        /// What it needs failed, or was not done.
        AFTER_ANOTHER,
        /// Nobody gave a PIN.
        WITHOUT_PIN,
        /// No registration authority, library or authority to ask is set up.
        NOT_SET_UP,
        /// Only a page can tell.
        WITHOUT_BROWSER,
        /// The card has nothing for it.
        NOT_ON_CARD
    }
}
