// SPDX-License-Identifier: Apache-2.0
package perennial.cli.sweep;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import perennial.card.CardAbilities;
import perennial.card.CardReader;
import perennial.card.CardReaders;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.card.ReKeyWay;
import perennial.card.pkcs11.Cryptoki;
import perennial.card.pkcs11.Pkcs11Cards;
import perennial.cli.sweep.SweepCase.RenewalMode;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;

/// A token of SoftHSM 2, reached through PKCS #11.
final class SoftHsmToken implements SweptToken {
    private static final String READER = "SoftHSM";

    private final SoftHsmLibrary library;
    private final RenewalMode mode;
    private final Breaker breaker;
    private final SecureRandom random;
    private final Runnable giveBack;
    private final List<Certificate> old = new ArrayList<>();

    /// @param giveBack called when the token is not needed any more
    SoftHsmToken(
            RenewalMode mode,
            SoftHsmLibrary library,
            SweepAuthority authority,
            Breaker breaker,
            SecureRandom random,
            Runnable giveBack) {
        this.mode = mode;
        this.library = library;
        this.breaker = breaker;
        this.random = random;
        this.giveBack = giveBack;
        library.empty();
        CardNumber number = new CardNumber(library.serialNumber());
        for (KeySlot slot : RenewalSlots.of(mode)) {
            Certificate certificate =
                    authority.firstCertificate(number, slot, library.generate(slot));
            library.install(slot, certificate);
            old.add(certificate);
        }
    }

    SoftHsmLibrary library() {
        return library;
    }

    @Override
    public List<Certificate> old() {
        return List.copyOf(old);
    }

    @Override
    public CardReaders readers() {
        return readers(
                () -> new BreakingCryptoki(library.library(), breaker),
                library.slot(),
                mode,
                random);
    }

    /// The token as a place for cards.
    ///
    /// @param library asked at each opening: contact that is lost is new then
    static CardReaders readers(
            Supplier<Cryptoki> library, long slot, RenewalMode mode, SecureRandom random) {
        CardReader reader =
                new CardReader() {
                    @Override
                    public String name() {
                        return READER;
                    }

                    @Override
                    public boolean cardPresent() {
                        return true;
                    }

                    @Override
                    public CardSession open() {
                        CardSession session = Pkcs11Cards.open(library.get(), slot, random);
                        return mode == RenewalMode.RE_KEY_IN_PLACE ? full(session) : session;
                    }
                };
        return new CardReaders() {
            @Override
            public List<CardReader> list() {
                return List.of(reader);
            }

            @Override
            public boolean awaitChange(Duration atMost) {
                return false;
            }
        };
    }

    /// A token that has no room for another key: SoftHSM has no end.
    private static CardSession full(CardSession session) {
        return (CardSession)
                Proxy.newProxyInstance(
                        SoftHsmToken.class.getClassLoader(),
                        new Class<?>[] {CardSession.class},
                        (_, method, arguments) -> {
                            try {
                                Object answer = method.invoke(session, arguments);
                                return answer instanceof CardAbilities abilities
                                        ? full(abilities)
                                        : answer;
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    private static CardAbilities full(CardAbilities abilities) {
        return new CardAbilities(
                abilities.driver(),
                abilities.product(),
                abilities.writesCertificates(),
                Set.of(ReKeyWay.IN_PLACE),
                abilities.newKeys(),
                abilities.secondSecret(),
                0);
    }

    @Override
    public String reader() {
        return READER;
    }

    @Override
    public int room() {
        return -library.privateKeys();
    }

    @Override
    public void insertAgain() {
        library.endSessions();
    }

    @Override
    public CardSession look() {
        return Pkcs11Cards.open(library.library(), library.slot(), random);
    }

    @Override
    public char[] pin() {
        return SoftHsmLibrary.PIN.toCharArray();
    }

    @Override
    public void close() {
        giveBack.run();
    }
}
