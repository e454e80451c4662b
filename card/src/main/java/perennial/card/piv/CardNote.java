// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import perennial.card.CardException;
import perennial.card.CardSession;
import perennial.card.apdu.BerTlv;
import perennial.card.apdu.StatusWord;
import perennial.core.advice.Problem;

/// The note in the cardholder iris images object: of the objects that the card gives out after the
/// PIN only (SP 800-73-4 part 1, table 2), the one that no card of this field is issued with. It
/// stands as `BC { note } FE {}`.
final class CardNote {
    private static final int IRIS_IMAGES = 0x5FC121;
    private static final int IMAGES = 0xBC;
    private static final int ERROR_DETECTION = 0xFE;
    private static final byte[] EMPTY = {};

    private final PivApplication application;

    CardNote(PivApplication application) {
        this.application = application;
    }

    /// Empty when there is none; the caller wipes it.
    Optional<byte[]> read() {
        return application
                .data(IRIS_IMAGES)
                .map(PivObjects::content)
                .filter(content -> content.length > 0)
                .flatMap(CardNote::noteIn);
    }

    void write(byte[] note) {
        if (note.length > CardSession.MAX_NOTE) {
            throw new IllegalArgumentException(
                    "a note has at most %d octets, got %d"
                            .formatted(CardSession.MAX_NOTE, note.length));
        }
        byte[] content =
                BerTlv.concat(new BerTlv(IMAGES, note), new BerTlv(ERROR_DETECTION, EMPTY));
        try {
            put(content);
        } finally {
            Arrays.fill(content, (byte) 0);
        }
        byte[] held = read().orElse(EMPTY);
        boolean same = MessageDigest.isEqual(held, note);
        Arrays.fill(held, (byte) 0);
        if (!same) {
            throw new CardException(
                    Problem.READ_BACK_DIFFERS, "the card holds another note than written");
        }
    }

    void erase() {
        put(EMPTY);
    }

    private void put(byte[] content) {
        StatusWord status = application.putData(IRIS_IMAGES, content);
        if (!status.isSuccess()) {
            throw CardManagement.refused("PUT DATA 5FC121", status);
        }
    }

    /// Whatever else stands there was written by somebody else.
    private static Optional<byte[]> noteIn(byte[] content) {
        return PivObjects.checked("note", () -> BerTlv.find(BerTlv.parse(content), IMAGES));
    }
}
