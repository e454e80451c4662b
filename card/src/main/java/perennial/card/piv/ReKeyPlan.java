// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import java.util.List;
import java.util.Optional;
import perennial.card.KeySlot;
import perennial.card.apdu.BerTlv;

/// Where one slot's replacement takes place, kept on the card while it is under way so that any
/// session on any computer can go on: `80 { 81 spare 82 parked } FE {}` in an object of the range
/// that the vendor leaves to its users, 5FFF00 and the slot's key reference.
///
/// @param spare the retired container in which the new key is made
/// @param parked the one that takes the old key when the new one takes the slot
record ReKeyPlan(Container spare, Container parked) {
    private static final int OBJECTS = 0x5FFF00;
    private static final int PLAN = 0x80;
    private static final int SPARE = 0x81;
    private static final int PARKED = 0x82;
    private static final int ERROR_DETECTION = 0xFE;
    private static final byte[] EMPTY = {};

    static int object(KeySlot slot) {
        return OBJECTS | slot.keyReference();
    }

    /// Empty for whatever other data objects stand there.
    ///
    /// @throws perennial.card.CardException CARD_ANSWER_INVALID for what are none
    static Optional<ReKeyPlan> decode(byte[] content) {
        return PivObjects.checked(
                "plan of a re-key",
                () -> {
                    List<BerTlv> plan =
                            BerTlv.find(BerTlv.parse(content), PLAN)
                                    .map(BerTlv::parse)
                                    .orElse(List.of());
                    return container(plan, SPARE)
                            .flatMap(spare ->
                                    container(plan, PARKED)
                                            .filter(parked -> !parked.equals(spare))
                                            .map(parked -> new ReKeyPlan(spare, parked)));
                });
    }

    byte[] encoded() {
        byte[] plan =
                BerTlv.concat(
                        new BerTlv(SPARE, new byte[] {(byte) spare.keyReference()}),
                        new BerTlv(PARKED, new byte[] {(byte) parked.keyReference()}));
        return BerTlv.concat(new BerTlv(PLAN, plan), new BerTlv(ERROR_DETECTION, EMPTY));
    }

    private static Optional<Container> container(List<BerTlv> plan, int tag) {
        return BerTlv.find(plan, tag)
                .filter(value -> value.length == 1)
                .flatMap(value -> Container.retired(value[0] & 0xFF));
    }
}
