// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.util.Optional;
import perennial.agent.selftest.Finding.NotDone;
import perennial.agent.selftest.Finding.Why;
import perennial.core.advice.Problem;

/// May sites speak to this computer at all (Local Network Access)? Our own pages need no such
/// permission; older ones that ask by fetch do.
final class LoopbackAccessCheck implements Check {
    @Override
    public Topic topic() {
        return Topic.LOOPBACK_ACCESS;
    }

    @Override
    public Finding look(Examination examination) {
        Optional<BrowserFacts> browser = examination.asked().browser();
        if (browser.isEmpty()) {
            return new NotDone(Why.WITHOUT_BROWSER);
        }
        return browser.get().loopback() == BrowserFacts.Loopback.DENIED
                ? Finding.Failed.with(Problem.LOOPBACK_DENIED)
                : Finding.Passed.with();
    }
}
