// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import perennial.agent.renewal.FileJournal;
import perennial.agent.selftest.Fact.Label;
import perennial.core.certificate.CardNumber;

/// Can the journal of every card be read, and is anything unfinished?
final class JournalCheck implements Check {
    @Override
    public Topic topic() {
        return Topic.JOURNAL;
    }

    @Override
    public Set<Topic> needs() {
        return Set.of(Topic.HOME);
    }

    /// A damaged one throws JOURNAL_DAMAGED.
    @Override
    public Finding look(Examination examination) {
        Path home = examination.surroundings().disk().home();
        if (!Files.isDirectory(home.resolve("renewals"))) {
            return Finding.Passed.with();
        }
        FileJournal journal = new FileJournal(home);
        long unfinished = 0;
        for (CardNumber card : journal.cards()) {
            unfinished += journal.of(card).stream().filter(r -> !r.isFinished()).count();
        }
        return unfinished == 0
                ? Finding.Passed.with()
                : Finding.Passed.with(new Fact(Label.UNFINISHED, Long.toString(unfinished)));
    }
}
