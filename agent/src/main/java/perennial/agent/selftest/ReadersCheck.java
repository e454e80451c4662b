// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import perennial.agent.selftest.Fact.Label;
import perennial.agent.selftest.Surroundings.Cards;
import perennial.card.CardReader;
import perennial.card.pkcs11.Pkcs11Module;
import perennial.core.advice.Problem;

/// Is there a reader, and which one is meant? Where none is known to the card service although one
/// is plugged in, its driver is missing.
final class ReadersCheck implements Check {
    /// The class of an interface that is a card reader (USB, "Smart Card", 0Bh).
    private static final String SMART_CARD = "0b";

    @Override
    public Topic topic() {
        return Topic.READERS;
    }

    /// A card service that does not run throws READER_SERVICE_MISSING.
    @Override
    public Finding look(Examination examination) {
        Cards cards = examination.surroundings().cards();
        List<CardReader> readers = cards.readers().list();
        List<Fact> seen = readers.stream().map(r -> fact(r.name(), cards.modules())).toList();
        if (readers.isEmpty()) {
            return Finding.Failed.with(
                    cards.usbDevices().filter(ReadersCheck::hasReader).isPresent()
                            ? Problem.READER_DRIVER_MISSING
                            : Problem.NO_READER);
        }
        Optional<String> wanted = examination.asked().reader();
        if (wanted.isPresent()) {
            if (readers.stream().noneMatch(r -> r.name().equals(wanted.get()))) {
                return new Finding.Failed(Problem.NO_READER, seen);
            }
            examination.chose(wanted.get());
            return new Finding.Passed(seen);
        }
        List<CardReader> holding = readers.stream().filter(CardReader::cardPresent).toList();
        if (holding.size() > 1) {
            return new Finding.Failed(Problem.SEVERAL_CARDS, seen);
        }
        examination.chose((holding.isEmpty() ? readers : holding).getFirst().name());
        return new Finding.Passed(seen);
    }

    /// The name of a token's place begins with its library's.
    static Fact fact(String reader, List<Pkcs11Module> modules) {
        boolean token = modules.stream().anyMatch(m -> reader.startsWith(m.name() + " "));
        return new Fact(token ? Label.TOKEN : Label.READER, reader);
    }

    private static boolean hasReader(Path devices) {
        List<Path> interfaces = new ArrayList<>();
        try (Stream<Path> all = Files.list(devices)) {
            all.forEach(interfaces::add);
            for (Path one : interfaces) {
                Path type = one.resolve("bInterfaceClass");
                if (Files.isReadable(type) && Files.readString(type).strip().equals(SMART_CARD)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return false;
        }
    }
}
