// SPDX-License-Identifier: Apache-2.0
package perennial.cli.sweep;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import perennial.cli.sweep.SweepCase.RenewalMode;
import perennial.core.certificate.CardNumber;

/// Virtual PIV cards.
final class PivTokens implements Tokens {
    private final SweepAuthority authority;
    private final Path folder;
    private final Supplier<CardPlace> places;
    private final Victims victims;
    private final SecureRandom random;
    private final AtomicLong made;

    /// @param places where each card is put; the same one again where there is only one
    PivTokens(
            SweepAuthority authority,
            Path folder,
            Supplier<CardPlace> places,
            Victims victims,
            SecureRandom random) {
        this.authority = authority;
        this.folder = folder;
        this.places = places;
        this.victims = victims;
        this.random = random;
        this.made = new AtomicLong(random.nextLong(1_000_000L) * 1_000_000L);
    }

    @Override
    public SweptToken make(RenewalMode mode, Breaker breaker) {
        CardNumber number = new CardNumber("0088%012d".formatted(made.incrementAndGet()));
        return new PivToken(mode, number, authority, places.get(), breaker, random);
    }

    @Override
    public boolean kill(SweptToken token, RenewalMode mode, int fact, Path home) {
        PivToken card = (PivToken) token;
        Path file = folder.resolve(home.getFileName() + ".card");
        card.moveTo(file);
        try {
            return victims.kill(
                    List.of(Victim.PIV, file.toString()), mode, fact, home, token.pin());
        } finally {
            card.takeFrom(file);
        }
    }

    @Override
    public void close() {}
}
