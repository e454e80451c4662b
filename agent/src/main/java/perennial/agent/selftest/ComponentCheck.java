// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.util.ArrayList;
import java.util.List;
import perennial.agent.selftest.Fact.Label;
import perennial.core.advice.Problem;

/// Is the component as new as the page wants?
final class ComponentCheck implements Check {
    @Override
    public Topic topic() {
        return Topic.COMPONENT;
    }

    @Override
    public Finding look(Examination examination) {
        String version = examination.surroundings().component().version();
        List<Fact> seen = new ArrayList<>();
        seen.add(new Fact(Label.COMPONENT, version));
        String needed = examination.asked().neededVersion().orElse("");
        if (!needed.isEmpty()) {
            seen.add(new Fact(Label.NEEDED, needed));
        }
        return compare(version, needed) >= 0
                ? new Finding.Passed(seen)
                : new Finding.Failed(Problem.COMPONENT_OLD, seen);
    }

    /// By number, part for part; what is no number counts as 0.
    static int compare(String one, String other) {
        String[] first = one.split("\\.", -1);
        String[] second = other.split("\\.", -1);
        for (int i = 0; i < Math.max(first.length, second.length); i++) {
            int difference = Integer.compare(part(first, i), part(second, i));
            if (difference != 0) {
                return difference;
            }
        }
        return 0;
    }

    private static int part(String[] parts, int index) {
        return index < parts.length && parts[index].matches("\\d{1,9}")
                ? Integer.parseInt(parts[index])
                : 0;
    }
}
