// SPDX-License-Identifier: Apache-2.0
package perennial.card.driver;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import perennial.card.CardException;
import perennial.card.CardReader;
import perennial.card.CardReaders;
import perennial.card.CardSession;
import perennial.card.apdu.ApduReader;
import perennial.card.apdu.ApduReaders;
import perennial.card.piv.PivCards;
import perennial.card.pkcs11.Pkcs11Library;
import perennial.card.pkcs11.Pkcs11Module;
import perennial.card.pkcs11.TokenPlace;
import perennial.core.advice.Problem;

/// Every place for a card on this computer, and for each card the driver that fits: the one that
/// the settings name; else PIV where the card has that application; else the first library that has
/// a token in this reader. A token of a library that is in no reader is a place of its own.
///
/// A library that fails takes nothing else with it: it is listed by its name as a place without a
/// card, which says what failed when it is opened.
public final class DrivenReaders implements CardReaders, AutoCloseable {
    private static final Duration LOOK = Duration.ofSeconds(2);

    private final ApduReaders readers;
    private final DriverSettings settings;
    private final SecureRandom random;
    private final List<Pkcs11Library> libraries;

    /// @param patience how long one call of a library may take
    /// @param random for what cards are challenged with
    public DrivenReaders(
            ApduReaders readers, DriverSettings settings, Duration patience, SecureRandom random) {
        this(readers, settings, random, module -> new Pkcs11Library(module, patience, random));
    }

    private DrivenReaders(
            ApduReaders readers,
            DriverSettings settings,
            SecureRandom random,
            Function<Pkcs11Module, Pkcs11Library> library) {
        this.readers = readers;
        this.settings = settings;
        this.random = random;
        this.libraries = settings.modules().stream().map(library).toList();
    }

    /// @throws CardException READER_SERVICE_MISSING when there is no library either
    @Override
    public List<CardReader> list() {
        List<ApduReader> present = present();
        List<CardReader> all = new ArrayList<>();
        present.forEach(reader -> all.add(new DrivenReader(reader)));
        for (Pkcs11Library library : libraries) {
            all.addAll(tokens(library, present));
        }
        return all;
    }

    @Override
    public boolean awaitChange(Duration atMost) throws InterruptedException {
        if (libraries.isEmpty()) {
            return readers.awaitChange(atMost);
        }
        List<String> before = tokenNames();
        for (Duration left = atMost; left.isPositive(); left = left.minus(LOOK)) {
            Duration slice = left.compareTo(LOOK) < 0 ? left : LOOK;
            if (readers.awaitChange(slice) || !tokenNames().equals(before)) {
                return true;
            }
        }
        return false;
    }

    /// The token libraries that are asked.
    public List<Pkcs11Module> modules() {
        return settings.modules();
    }

    /// Ends the libraries' processes.
    @Override
    public void close() {
        libraries.forEach(Pkcs11Library::close);
    }

    private List<ApduReader> present() {
        try {
            return readers.list();
        } catch (CardException e) {
            if (e.problem() == Problem.READER_SERVICE_MISSING && !libraries.isEmpty()) {
                return List.of();
            }
            throw e;
        }
    }

    private List<String> tokenNames() {
        List<ApduReader> present = present();
        return libraries.stream()
                .flatMap(library -> tokens(library, present).stream())
                .map(CardReader::name)
                .toList();
    }

    private static List<CardReader> tokens(Pkcs11Library library, List<ApduReader> present) {
        try {
            return library.places().stream()
                    .filter(place -> present.stream().noneMatch(r -> place.isIn(r.name())))
                    .<CardReader>map(place -> new TokenReader(library, place))
                    .toList();
        } catch (CardException e) {
            return List.of(new FailedLibrary(library.module().name(), e));
        }
    }

    private final class DrivenReader implements CardReader {
        private final ApduReader reader;

        DrivenReader(ApduReader reader) {
            this.reader = reader;
        }

        @Override
        public String name() {
            return reader.name();
        }

        @Override
        public boolean cardPresent() {
            return reader.cardPresent();
        }

        @Override
        public CardSession open() {
            String driver = settings.chosenFor(name()).orElse("");
            if (driver.equals(DriverSettings.PIV)) {
                return PivCards.open(reader, random);
            }
            if (!driver.isEmpty()) {
                return byLibrary(libraries.stream().filter(l -> l.module().name().equals(driver)))
                        .open(place -> place.isIn(name()));
            }
            return fitting();
        }

        private CardSession fitting() {
            try {
                return PivCards.open(reader, random);
            } catch (CardException e) {
                if (e.problem() != Problem.CARD_NOT_SUPPORTED
                        && e.problem() != Problem.CARD_NUMBER_MISSING) {
                    throw e;
                }
                return libraries.stream()
                        .filter(this::hasToken)
                        .findFirst()
                        .orElseThrow(() -> e)
                        .open(place -> place.isIn(name()));
            }
        }

        private Pkcs11Library byLibrary(Stream<Pkcs11Library> among) {
            return among.filter(this::hasToken)
                    .findFirst()
                    .orElseThrow(() ->
                            new CardException(
                                    Problem.CARD_NOT_SUPPORTED,
                                    "no driver fits the card in " + name()));
        }

        private boolean hasToken(Pkcs11Library library) {
            return library.places().stream().anyMatch(place -> place.isIn(name()));
        }
    }

    private record TokenReader(Pkcs11Library library, TokenPlace place) implements CardReader {
        @Override
        public String name() {
            return "%s %s %s"
                    .formatted(library.module().name(), place.label(), place.serialNumber())
                    .strip();
        }

        @Override
        public boolean cardPresent() {
            return true;
        }

        @Override
        public CardSession open() {
            return library.open(place::equals);
        }
    }

    private record FailedLibrary(String name, CardException failure) implements CardReader {
        @Override
        public boolean cardPresent() {
            return false;
        }

        @Override
        public CardSession open() {
            throw new CardException(
                    failure.problem(), String.valueOf(failure.getMessage()), failure);
        }
    }
}
