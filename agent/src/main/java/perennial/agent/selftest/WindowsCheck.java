// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.util.Optional;
import perennial.agent.selftest.Finding.NotDone;
import perennial.agent.selftest.Finding.Why;
import perennial.core.advice.Problem;

/// Does the browser open a window when the person clicks? Renewals are done in one.
final class WindowsCheck implements Check {
    @Override
    public Topic topic() {
        return Topic.WINDOWS;
    }

    @Override
    public Finding look(Examination examination) {
        Optional<Boolean> opens = examination.asked().browser().flatMap(BrowserFacts::opensWindows);
        if (opens.isEmpty()) {
            return new NotDone(Why.WITHOUT_BROWSER);
        }
        return opens.get() ? Finding.Passed.with() : Finding.Failed.with(Problem.WINDOW_BLOCKED);
    }
}
