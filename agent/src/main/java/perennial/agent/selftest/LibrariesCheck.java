// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import perennial.agent.selftest.Fact.Label;
import perennial.agent.selftest.Surroundings.Cards;
import perennial.card.CardException;
import perennial.card.pkcs11.Answer;
import perennial.card.pkcs11.Call;
import perennial.card.pkcs11.CryptokiException;
import perennial.card.pkcs11.Pkcs11Module;
import perennial.card.pkcs11.RemoteCryptoki;
import perennial.core.advice.Problem;

/// Does every token library load and answer? Each is tried in a process of its own, which ends with
/// the check.
final class LibrariesCheck implements Check {
    @Override
    public Topic topic() {
        return Topic.LIBRARIES;
    }

    @Override
    public Finding look(Examination examination) {
        Cards cards = examination.surroundings().cards();
        List<Fact> seen = new ArrayList<>();
        seen.add(new Fact(Label.DRIVER, "PC/SC, PIV (SP 800-73)"));
        for (Pkcs11Module module : cards.modules()) {
            if (isMissing(module.library())) {
                seen.add(new Fact(Label.LIBRARY, file(module)));
                return new Finding.Failed(Problem.TOKEN_LIBRARY_MISSING, seen);
            }
            try (RemoteCryptoki library = RemoteCryptoki.start(module, cards.patience())) {
                library.call(new Call.Initialize());
                Answer.Library said = library.call(new Call.GetLibrary());
                library.call(new Call.GetSlotList(true));
                seen.add(
                        new Fact(
                                Label.LIBRARY,
                                "%s %s, %s"
                                        .formatted(
                                                said.description().strip(),
                                                said.version(),
                                                file(module))));
            } catch (CardException e) {
                seen.add(new Fact(Label.LIBRARY, file(module)));
                seen.add(new Fact(Label.REASON, String.valueOf(e.getMessage())));
                return new Finding.Failed(e.problem(), seen);
            } catch (CryptokiException e) {
                seen.add(new Fact(Label.LIBRARY, file(module)));
                seen.add(new Fact(Label.REASON, String.valueOf(e.getMessage())));
                return new Finding.Failed(Problem.TOKEN_LIBRARY_FAILED, seen);
            }
        }
        return new Finding.Passed(seen);
    }

    /// A bare name is looked for by the system's loader, which only the load itself can tell.
    private static boolean isMissing(Path library) {
        return library.getNameCount() > 1 && !Files.exists(library);
    }

    private static String file(Pkcs11Module module) {
        return "%s (%s)".formatted(module.name(), module.library().getFileName());
    }
}
