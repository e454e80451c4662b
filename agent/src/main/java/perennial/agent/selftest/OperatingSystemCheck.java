// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import perennial.agent.selftest.Fact.Label;
import perennial.core.advice.Problem;

/// Is it a system that the component is made for?
final class OperatingSystemCheck implements Check {
    private static final Set<String> ARCHITECTURES = Set.of("amd64", "x86_64", "aarch64");

    @Override
    public Topic topic() {
        return Topic.OPERATING_SYSTEM;
    }

    @Override
    public Finding look(Examination examination) {
        Properties system = examination.surroundings().properties();
        String name = system.getProperty("os.name", "");
        String architecture = system.getProperty("os.arch", "");
        Fact seen =
                new Fact(
                        Label.OPERATING_SYSTEM,
                        "%s %s %s"
                                .formatted(
                                        name, system.getProperty("os.version", ""), architecture));
        String family = name.toLowerCase(Locale.ROOT);
        boolean known =
                family.startsWith("linux")
                        || family.startsWith("windows")
                        || family.startsWith("mac");
        return known && ARCHITECTURES.contains(architecture.toLowerCase(Locale.ROOT))
                ? Finding.Passed.with(seen)
                : Finding.Failed.with(Problem.SYSTEM_NOT_SUPPORTED, seen);
    }
}
