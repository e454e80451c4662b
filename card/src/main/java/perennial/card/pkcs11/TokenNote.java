// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import perennial.card.CardException;
import perennial.card.CardSession;
import perennial.core.advice.Problem;

/// The note for the next session: a private CKO_DATA object of the application `perennial`, whose
/// label counts: of two, which a break can leave, the higher is the note.
record TokenNote(TokenSession session, TokenLogin login) {
    private static final String APPLICATION = "perennial";
    private static final String LABEL = "perennial note ";
    private static final int MAX_DIGITS = 9;

    Optional<byte[]> read() {
        return notes().stream()
                .max(Comparator.comparingInt(Numbered::number))
                .flatMap(note -> session.values(note.handle(), Ck.CKA_VALUE).values().getFirst())
                .filter(value -> value.length > 0 && value.length <= CardSession.MAX_NOTE);
    }

    void write(byte[] note) {
        if (note.length == 0 || note.length > CardSession.MAX_NOTE) {
            throw new IllegalArgumentException(
                    "a note has 1 to %d octets, got %d"
                            .formatted(CardSession.MAX_NOTE, note.length));
        }
        login.writing(() -> {
            List<Numbered> before = notes();
            int number = before.stream().mapToInt(Numbered::number).max().orElse(0) + 1;
            session.create(template(number, note));
            Optional<byte[]> back = read();
            boolean same = back.filter(value -> Arrays.equals(value, note)).isPresent();
            back.ifPresent(value -> Arrays.fill(value, (byte) 0));
            if (!same) {
                throw new CardException(Problem.READ_BACK_DIFFERS, "the token holds another note");
            }
            before.forEach(old -> session.destroy(old.handle()));
            return number;
        });
    }

    void erase() {
        login.writing(() -> {
            List<Numbered> all = notes();
            all.forEach(note -> session.destroy(note.handle()));
            return all.size();
        });
    }

    private List<Numbered> notes() {
        return session
                .find(
                        Attribute.of(Ck.CKA_CLASS, Ck.CKO_DATA),
                        Attribute.of(Ck.CKA_APPLICATION, APPLICATION))
                .stream()
                .flatMap(handle -> numbered(handle).stream())
                .toList();
    }

    private Optional<Numbered> numbered(long handle) {
        return session.values(handle, Ck.CKA_LABEL)
                .values()
                .getFirst()
                .map(label -> new String(label, StandardCharsets.UTF_8))
                .filter(label -> label.startsWith(LABEL))
                .map(label -> label.substring(LABEL.length()))
                .filter(number -> number.matches("[0-9]{1," + MAX_DIGITS + "}"))
                .map(number -> new Numbered(handle, Integer.parseInt(number)));
    }

    private static List<Attribute> template(int number, byte[] note) {
        return List.of(
                Attribute.of(Ck.CKA_CLASS, Ck.CKO_DATA),
                Attribute.of(Ck.CKA_TOKEN, true),
                Attribute.of(Ck.CKA_PRIVATE, true),
                Attribute.of(Ck.CKA_APPLICATION, APPLICATION),
                Attribute.of(Ck.CKA_LABEL, LABEL + number),
                new Attribute(Ck.CKA_VALUE, note));
    }

    private record Numbered(long handle, int number) {}
}
