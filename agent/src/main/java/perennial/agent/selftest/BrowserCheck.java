// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.util.Optional;
import perennial.agent.selftest.Fact.Label;
import perennial.agent.selftest.Finding.NotDone;
import perennial.agent.selftest.Finding.Why;
import perennial.core.advice.Problem;

/// Has the browser what the pages need?
final class BrowserCheck implements Check {
    @Override
    public Topic topic() {
        return Topic.BROWSER;
    }

    @Override
    public Finding look(Examination examination) {
        Optional<BrowserFacts> browser = examination.asked().browser();
        if (browser.isEmpty()) {
            return new NotDone(Why.WITHOUT_BROWSER);
        }
        Fact seen = new Fact(Label.BROWSER, browser.get().name());
        return browser.get().capable()
                ? Finding.Passed.with(seen)
                : Finding.Failed.with(Problem.BROWSER_NOT_SUPPORTED, seen);
    }
}
