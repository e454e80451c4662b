// SPDX-License-Identifier: Apache-2.0
package perennial.cli.sweep;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import perennial.card.apdu.ApduReader;
import perennial.card.apdu.ApduReaders;
import perennial.card.pcsc.PcscReaders;
import perennial.cli.Failure;
import perennial.core.advice.Problem;
import perennial.virtualcard.VirtualCard;
import perennial.virtualcard.VirtualReaders;
import perennial.virtualcard.VpcdReader;

/// A reader into which a sweep puts its cards.
interface CardPlace {
    ApduReaders readers();

    String reader();

    /// Returns when the card can be used.
    void insert(VirtualCard card);

    /// Returns when nobody sees the card any more.
    VirtualCard eject();

    /// In this process.
    static CardPlace virtual() {
        return new Virtual(new VirtualReaders(1));
    }

    record Virtual(VirtualReaders readers) implements CardPlace {
        @Override
        public String reader() {
            return VirtualReaders.name(0);
        }

        @Override
        public void insert(VirtualCard card) {
            readers.insert(reader(), card);
        }

        @Override
        public VirtualCard eject() {
            return readers.eject(reader()).orElseThrow();
        }
    }

    /// Through the system's pcscd and vpcd, where every program sees the card.
    ///
    /// @param vpcd the slot that the cards go into
    /// @param all what pcscd offers
    /// @param reader the slot's name there
    record Pcscd(VpcdReader vpcd, PcscReaders all, String reader) implements CardPlace {
        private static final Duration SLICE = Duration.ofMillis(500);
        private static final int SLICES = 60;

        @Override
        public ApduReaders readers() {
            return new ApduReaders() {
                @Override
                public List<ApduReader> list() {
                    return all.list().stream().filter(r -> r.name().equals(reader)).toList();
                }

                @Override
                public boolean awaitChange(Duration atMost) throws InterruptedException {
                    return all.awaitChange(atMost);
                }
            };
        }

        @Override
        public void insert(VirtualCard card) {
            vpcd.insert(card);
            await(true);
        }

        @Override
        public VirtualCard eject() {
            VirtualCard card = (VirtualCard) vpcd.eject().orElseThrow();
            await(false);
            return card;
        }

        private void await(boolean present) {
            try {
                for (int i = 0; i < SLICES; i++) {
                    Optional<ApduReader> found = readers().list().stream().findFirst();
                    if (found.isPresent() && found.get().cardPresent() == present) {
                        return;
                    }
                    boolean _ = all.awaitChange(SLICE);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new Failure(Problem.NO_CARD, "pcscd does not follow the card in " + reader);
        }
    }
}
