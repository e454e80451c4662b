// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import perennial.card.CardReaders;
import perennial.card.piv.PivReaders;
import perennial.core.advice.Problem;
import perennial.virtualcard.VirtualReaders;
import picocli.CommandLine.Option;

/// Which readers and which card a command works with.
final class ReaderOptions {
    @Option(
            names = "--virtual-card",
            paramLabel = "FILE",
            description =
                    "put the virtual card of this file into a virtual reader (a kept demo's is"
                            + " DIR/card.state)")
    private Optional<Path> virtualCard = Optional.empty();

    @Option(
            names = "--reader",
            paramLabel = "NAME",
            description = "the reader; default: the first with a card")
    private Optional<String> reader = Optional.empty();

    /// The readers, to be closed after use.
    OpenReaders open() {
        if (virtualCard.isEmpty()) {
            throw new Failure(
                    Problem.NO_READER,
                    "this version knows virtual readers: name a card with --virtual-card FILE");
        }
        Path file = virtualCard.get();
        if (!Files.isRegularFile(file)) {
            throw new Failure(Problem.FILE_NOT_USABLE, file + " is not a virtual card's file");
        }
        CardFile card = CardFile.open(file, new SecureRandom());
        VirtualReaders readers = new VirtualReaders(1);
        readers.insert(readers.list().getFirst().name(), card.card());
        return new OpenReaders(new PivReaders(readers, new SecureRandom()), card);
    }

    /// The name of the reader to work with.
    String name(CardReaders readers) {
        return reader.or(() ->
                        readers.list().stream()
                                .filter(r -> r.cardPresent())
                                .map(r -> r.name())
                                .findFirst())
                .orElseThrow(() -> new Failure(Problem.NO_CARD, "no reader has a card"));
    }

    record OpenReaders(CardReaders readers, CardFile card) implements AutoCloseable {
        @Override
        public void close() {
            card.close();
        }
    }
}
