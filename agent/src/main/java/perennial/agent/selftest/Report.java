// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import perennial.core.advice.Problem;

/// What an examination found.
///
/// @param at by this computer's clock
/// @param findings one for each topic, in their order
public record Report(Instant at, Map<Topic, Finding> findings) {
    public Report {
        if (findings.size() != Topic.values().length) {
            throw new IllegalArgumentException("a finding for every topic");
        }
        findings = Collections.unmodifiableMap(new EnumMap<>(findings));
    }

    public Finding of(Topic topic) {
        return Objects.requireNonNull(findings.get(topic));
    }

    /// Everything that is wrong, once each, in the order of the checks.
    public Set<Problem> problems() {
        return problems(List.of(Topic.values()));
    }

    /// Whether nothing that was checked is wrong.
    public boolean passed() {
        return problems().isEmpty();
    }

    /// How an item of a list stands, by what its topics found.
    public Verdict verdict(List<Topic> topics) {
        if (!problems(topics).isEmpty()) {
            return Verdict.FAILED;
        }
        boolean decided = topics.isEmpty() || of(topics.getLast()) instanceof Finding.Passed;
        return decided ? Verdict.PASSED : Verdict.NOT_DONE;
    }

    public Set<Problem> problems(List<Topic> topics) {
        Set<Problem> problems = new LinkedHashSet<>();
        for (Topic topic : topics) {
            if (of(topic) instanceof Finding.Failed(Problem problem, _)) {
                problems.add(problem);
            }
        }
        return Collections.unmodifiableSet(problems);
    }

    /// What these topics saw, each once, in the order of the checks.
    public List<Fact> facts(List<Topic> topics) {
        return topics.stream()
                .sorted()
                .flatMap(topic -> of(topic).facts().stream())
                .distinct()
                .toList();
    }

    /// V, X, or neither.
    public enum Verdict {
        PASSED,
        FAILED,
        NOT_DONE
    }
}
