// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import perennial.card.CardException;
import perennial.card.CardSession;
import perennial.core.advice.Problem;

/// A token library of this computer, started when it is first needed and again after it failed.
///
/// While nobody has a session, the library is finalised, though its process stays: some keep hold
/// of every card in every reader as long as they are initialised. Safe for use by many threads.
public final class Pkcs11Library implements AutoCloseable {
    private final Pkcs11Module module;
    private final Duration patience;
    private final SecureRandom random;
    private final Set<Long> slotsInUse = new HashSet<>();
    private @Nullable RemoteCryptoki remote;

    /// @param patience how long one call may take
    /// @param random for challenges to keys
    public Pkcs11Library(Pkcs11Module module, Duration patience, SecureRandom random) {
        this.module = module;
        this.patience = patience;
        this.random = random;
    }

    public Pkcs11Module module() {
        return module;
    }

    /// The tokens that are there now and can be used, in the library's order.
    ///
    /// @throws CardException TOKEN_LIBRARY_FAILED
    public synchronized List<TokenPlace> places() {
        Cryptoki library = initialised();
        try {
            return slots(library).stream().map(SlotPlace::place).toList();
        } finally {
            release(library);
        }
    }

    /// Opens a session with the first such token.
    ///
    /// @throws CardException NO_CARD when there is none, CARD_IN_USE when it has a session,
    ///   TOKEN_LIBRARY_FAILED, CARD_NOT_SUPPORTED
    public synchronized CardSession open(Predicate<TokenPlace> which) {
        Cryptoki library = initialised();
        try {
            long slot =
                    slots(library).stream()
                            .filter(found -> which.test(found.place()))
                            .findFirst()
                            .orElseThrow(() ->
                                    new CardException(
                                            Problem.NO_CARD, module.name() + " has no such token"))
                            .slot();
            if (!slotsInUse.add(slot)) {
                throw new CardException(Problem.CARD_IN_USE, "the token has a session already");
            }
            return opened(library, slot);
        } finally {
            release(library);
        }
    }

    /// Ends the library's process; sessions end with it.
    @Override
    public synchronized void close() {
        if (remote != null) {
            remote.close();
        }
        slotsInUse.clear();
    }

    private CardSession opened(Cryptoki library, long slot) {
        try {
            return Pkcs11Cards.open(library, slot, random, () -> closed(library, slot));
        } catch (CardException e) {
            slotsInUse.remove(slot);
            throw e;
        }
    }

    private synchronized void closed(Cryptoki library, long slot) {
        if (library == remote) {
            slotsInUse.remove(slot);
            release(library);
        }
    }

    private Cryptoki initialised() {
        if (remote == null || !remote.isAlive()) {
            slotsInUse.clear();
            remote = RemoteCryptoki.start(module, patience);
        }
        try {
            remote.call(new Call.Initialize());
            return remote;
        } catch (CryptokiException e) {
            throw new CardException(
                    Problem.TOKEN_LIBRARY_FAILED, module.name() + ": " + e.getMessage(), e);
        }
    }

    private void release(Cryptoki library) {
        if (slotsInUse.isEmpty()) {
            try {
                library.call(new Call.Finalize());
            } catch (CryptokiException | CardException e) {
                // A library that cannot end properly has nothing of ours any more.
            }
        }
    }

    private static List<SlotPlace> slots(Cryptoki library) {
        try {
            List<SlotPlace> all = new ArrayList<>();
            for (long slot : library.call(new Call.GetSlotList(true)).values()) {
                place(library, slot).ifPresent(place -> all.add(new SlotPlace(slot, place)));
            }
            return all;
        } catch (CryptokiException e) {
            throw Refusal.as(e, Problem.TOKEN_LIBRARY_FAILED);
        }
    }

    /// Empty for a token that nobody initialised, and for one that is pulled out at this moment.
    private static Optional<TokenPlace> place(Cryptoki library, long slot) {
        try {
            String description = library.call(new Call.GetSlot(slot)).description();
            Answer.Token token = library.call(new Call.GetToken(slot));
            return Optional.of(new TokenPlace(description, token.label(), token.serialNumber()))
                    .filter(_ -> Pkcs11Cards.isUsable(token));
        } catch (CryptokiException e) {
            return Optional.empty();
        }
    }

    private record SlotPlace(long slot, TokenPlace place) {}
}
