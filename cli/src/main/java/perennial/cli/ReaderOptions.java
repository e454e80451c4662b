// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import perennial.card.CardReader;
import perennial.card.CardReaders;
import perennial.card.apdu.ApduReaders;
import perennial.card.driver.DrivenReaders;
import perennial.card.driver.DriverSettings;
import perennial.card.pcsc.PcscReaders;
import perennial.core.advice.Problem;
import perennial.virtualcard.VirtualReaders;
import picocli.CommandLine.Option;

/// Which readers and which card a command works with: those of this computer, or a virtual one.
final class ReaderOptions {
    /// The settings' file in an agent's home ([DriverSettings]).
    private static final String DRIVERS = "drivers.conf";

    /// Of a token library; cards take a second or two for what they take long for.
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Option(
            names = "--virtual-card",
            paramLabel = "FILE",
            description =
                    "instead of the readers of this computer, a virtual reader with the virtual"
                            + " card of this file (a kept demo's is DIR/card.state)")
    private Optional<Path> virtualCard = Optional.empty();

    @Option(
            names = "--reader",
            paramLabel = "NAME",
            description = "the reader; default: the first with a card")
    private Optional<String> reader = Optional.empty();

    @Option(
            names = "--pkcs11",
            paramLabel = "FILE",
            description = "another PKCS #11 library for cards and tokens; may be repeated")
    private List<Path> libraries = List.of();

    /// The readers, to be closed after use; drivers as the standard home's settings say.
    ///
    /// @throws Failure CONFIGURATION_INVALID
    OpenReaders open() {
        return open(AgentHome.standard());
    }

    /// The readers, to be closed after use.
    ///
    /// @param home where the settings of the drivers are, if there are any
    /// @throws Failure CONFIGURATION_INVALID
    OpenReaders open(Path home) {
        DriverSettings drivers = drivers(home.resolve(DRIVERS));
        return virtualCard
                .map(file -> virtual(file, drivers))
                .orElseGet(() -> opened(PcscReaders.ofThisComputer(), Optional.empty(), drivers));
    }

    private DriverSettings drivers(Path file) {
        try {
            DriverSettings settings =
                    Files.exists(file) ? DriverSettings.read(file) : DriverSettings.none();
            for (Path library : libraries) {
                settings = settings.with(library);
            }
            return settings;
        } catch (IllegalArgumentException e) {
            throw new Failure(Problem.CONFIGURATION_INVALID, String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new Failure(Problem.FILE_NOT_USABLE, file + ": " + e.getMessage(), e);
        }
    }

    private static OpenReaders virtual(Path file, DriverSettings drivers) {
        if (!Files.isRegularFile(file)) {
            throw new Failure(Problem.FILE_NOT_USABLE, file + " is not a virtual card's file");
        }
        CardFile card = CardFile.open(file, new SecureRandom());
        VirtualReaders readers = new VirtualReaders(1);
        readers.insert(readers.list().getFirst().name(), card.card());
        return opened(readers, Optional.of(card), drivers);
    }

    private static OpenReaders opened(
            ApduReaders readers, Optional<CardFile> card, DriverSettings drivers) {
        return new OpenReaders(
                new DrivenReaders(readers, drivers, PATIENCE, new SecureRandom()), card);
    }

    /// The reader that was asked for.
    Optional<String> chosen() {
        return reader;
    }

    /// The name of the reader to work with.
    ///
    /// @throws Failure NO_READER when there is none, or none of the name that was asked for;
    ///   NO_CARD when none was asked for and none has a card
    String name(CardReaders readers) {
        List<CardReader> present = readers.list();
        if (present.isEmpty()) {
            throw new Failure(Problem.NO_READER, "the card service knows no reader");
        }
        if (reader.isEmpty()) {
            return present.stream()
                    .filter(CardReader::cardPresent)
                    .findFirst()
                    .map(CardReader::name)
                    .orElseThrow(() -> new Failure(Problem.NO_CARD, "no reader has a card"));
        }
        List<String> names = present.stream().map(CardReader::name).toList();
        if (!names.contains(reader.get())) {
            throw new Failure(
                    Problem.NO_READER,
                    "no reader \"%s\"; there is: %s".formatted(reader.get(), names));
        }
        return reader.get();
    }

    /// @param virtual the card in the virtual reader, where there is one
    record OpenReaders(DrivenReaders readers, Optional<CardFile> virtual) implements AutoCloseable {
        @Override
        public void close() {
            readers.close();
            virtual.ifPresent(CardFile::close);
        }
    }
}
