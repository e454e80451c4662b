// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.util.List;
import java.util.function.Supplier;
import perennial.card.CardException;
import perennial.core.advice.Problem;

/// One read-write session on one token.
record TokenSession(Cryptoki library, long slot, long handle) {
    /// No card of this field holds more objects of one class.
    private static final int MAX_OBJECTS = 256;

    /// @throws CardException NO_CARD, or whatever the library does
    static TokenSession open(Cryptoki library, long slot) {
        return checked(() -> {
            long handle = library.call(new Call.OpenSession(slot, true)).value();
            return new TokenSession(library, slot, handle);
        });
    }

    <A extends Answer> A call(Call<A> call) {
        return library.call(call);
    }

    Answer.Token token() {
        return call(new Call.GetToken(slot));
    }

    List<Long> find(Attribute... template) {
        List<Long> all = call(new Call.FindObjects(handle, List.of(template))).values();
        return all.subList(0, Math.min(all.size(), MAX_OBJECTS));
    }

    Answer.Values values(long object, Long... types) {
        Answer.Values answer = call(new Call.GetAttributes(handle, object, List.of(types)));
        if (answer.values().size() != types.length) {
            throw invalid("other attributes than asked for");
        }
        return answer;
    }

    long create(List<Attribute> template) {
        return call(new Call.CreateObject(handle, template)).value();
    }

    /// Destroys an object; one that is gone already is fine.
    void destroy(long object) {
        try {
            call(new Call.DestroyObject(handle, object));
        } catch (CryptokiException e) {
            if (!e.code().equals(ReturnCode.OBJECT_HANDLE_INVALID)) {
                throw e;
            }
        }
    }

    /// Gives an object another label where the token allows it.
    void label(long object, String label) {
        try {
            Attribute attribute = Attribute.of(Ck.CKA_LABEL, label);
            call(new Call.SetAttributes(handle, object, List.of(attribute)));
        } catch (CryptokiException e) {
            if (Refusal.isLost(e.code())) {
                throw e;
            }
        }
    }

    /// Does something with the token; what it refuses becomes the door's exception, and so does
    /// whatever it sends that cannot be read.
    static <T> T checked(Supplier<T> work) {
        try {
            return work.get();
        } catch (CryptokiException e) {
            throw Refusal.of(e);
        }
    }

    static CardException invalid(String what) {
        return new CardException(Problem.CARD_ANSWER_INVALID, what);
    }
}
