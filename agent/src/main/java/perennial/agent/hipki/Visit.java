// SPDX-License-Identifier: Apache-2.0
package perennial.agent.hipki;

import java.util.Optional;
import perennial.agent.consent.Origin;

/// One call that a popup carries, while its holder is asked. For one thread at a time: whoever
/// works with it has taken it out of [Popup].
final class Visit implements AutoCloseable {
    private final String id;
    private final Origin origin;
    private final TbsPackage asked;
    private final Operation operation;
    private Optional<Prepared> prepared = Optional.empty();
    private Verdict last = Verdict.of(RetCode.CANCELLED);

    /// @param asked taken over
    Visit(String id, Origin origin, TbsPackage asked, Operation operation) {
        this.id = id;
        this.origin = origin;
        this.asked = asked;
        this.operation = operation;
    }

    String id() {
        return id;
    }

    Origin origin() {
        return origin;
    }

    TbsPackage asked() {
        return asked;
    }

    Operation operation() {
        return operation;
    }

    /// What was asked, looked at once.
    Prepared prepared() {
        Prepared ready = prepared.orElseGet(() -> operation.preparing().prepare(asked, origin));
        prepared = Optional.of(ready);
        return ready;
    }

    /// What the page is told when the holder gives up now: that a PIN was wrong, if one was.
    Verdict last() {
        return last;
    }

    void failed(Verdict verdict) {
        last = verdict;
    }

    @Override
    public void close() {
        asked.close();
    }
}
