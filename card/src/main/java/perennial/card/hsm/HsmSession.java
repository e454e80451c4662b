// SPDX-License-Identifier: Apache-2.0
package perennial.card.hsm;

import java.security.PublicKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import perennial.card.pkcs11.Answer;
import perennial.card.pkcs11.Attribute;
import perennial.card.pkcs11.Call;
import perennial.card.pkcs11.Ck;
import perennial.card.pkcs11.Cryptoki;
import perennial.card.pkcs11.CryptokiException;
import perennial.card.pkcs11.Mechanism;
import perennial.card.pkcs11.ReturnCode;
import perennial.card.pkcs11.UserType;
import perennial.core.advice.Problem;
import perennial.core.crypto.KeyPlaceException;

/// One logged-in session in one life of the library. For one thread at a time.
final class HsmSession implements AutoCloseable {
    private final Cryptoki library;
    private final HsmPin pin;
    private final long handle;
    private final Map<String, Long> privateKeys = new HashMap<>();

    private HsmSession(Cryptoki library, HsmPin pin, long handle) {
        this.library = library;
        this.pin = pin;
        this.handle = handle;
    }

    /// Opens a session with the token that the settings name. The library is the session's now, and
    /// ended when there is no session.
    ///
    /// @throws CryptokiException when the library refuses
    /// @throws perennial.card.CardException when the library fails
    /// @throws KeyPlaceException HSM_UNAVAILABLE when there is no such token, or several
    static HsmSession open(Cryptoki library, HsmSettings settings, HsmPin pin, boolean readWrite) {
        try {
            library.call(new Call.Initialize());
            long slot = slot(library, settings);
            long handle = library.call(new Call.OpenSession(slot, readWrite)).value();
            HsmSession session = new HsmSession(library, pin, handle);
            session.login();
            return session;
        } catch (RuntimeException e) {
            library.close();
            throw e;
        }
    }

    /// Logs in; fine when somebody is.
    ///
    /// @throws KeyPlaceException HSM_UNAVAILABLE when the PIN is wrong; it is not tried again
    void login() {
        // What a logout did to handles of private objects is the module's business.
        privateKeys.clear();
        if (!pin.isUsable()) {
            throw new KeyPlaceException(
                    Problem.HSM_UNAVAILABLE,
                    "the token refused the PIN before; it is not presented again");
        }
        try {
            pin.lend(octets -> {
                var _ = library.call(new Call.Login(handle, UserType.USER, octets));
            });
        } catch (CryptokiException e) {
            ReturnCode code = e.code();
            if (code.equals(ReturnCode.PIN_INCORRECT)
                    || code.equals(ReturnCode.PIN_LOCKED)
                    || code.equals(ReturnCode.PIN_EXPIRED)
                    || code.equals(ReturnCode.PIN_LEN_RANGE)
                    || code.equals(ReturnCode.PIN_INVALID)) {
                pin.close();
                throw new KeyPlaceException(
                        Problem.HSM_UNAVAILABLE, "the token refused the PIN: " + code, e);
            }
            if (!code.equals(ReturnCode.USER_ALREADY_LOGGED_IN)) {
                throw e;
            }
        }
    }

    <A extends Answer> A call(Call<A> call) {
        return library.call(call);
    }

    long handle() {
        return handle;
    }

    /// The signature as the mechanism has it.
    byte[] sign(String name, PublicKey key, Mechanism mechanism, byte[] input) {
        long privateKey = privateKeys.computeIfAbsent(name, _ -> privateKey(name, key));
        library.call(new Call.SignInit(handle, mechanism, privateKey));
        return library.call(new Call.Sign(handle, input)).value();
    }

    /// Every key pair of this name.
    List<HsmObject> find(String name) {
        List<HsmObject> found = new ArrayList<>();
        for (long object :
                library.call(
                                new Call.FindObjects(
                                        handle,
                                        List.of(
                                                Attribute.of(Ck.CKA_CLASS, Ck.CKO_PRIVATE_KEY),
                                                Attribute.of(Ck.CKA_LABEL, name))))
                        .values()) {
            found.add(HsmObject.read(this, object, name));
        }
        return found;
    }

    private long privateKey(String name, PublicKey key) {
        List<HsmObject> found = find(name);
        if (found.isEmpty()) {
            throw new KeyPlaceException(
                    Problem.AUTHORITY_KEY_WRONG, "the token has no key \"%s\"".formatted(name));
        }
        Optional<HsmObject> same =
                found.stream()
                        .filter(object ->
                                object.publicKey()
                                        .filter(own -> HsmObject.same(own, key))
                                        .isPresent())
                        .findFirst();
        if (same.isPresent()) {
            return same.get().handle();
        }
        // Some modules show no public half. Every signature is verified under the certificate.
        if (found.size() == 1 && found.getFirst().publicKey().isEmpty()) {
            return found.getFirst().handle();
        }
        throw new KeyPlaceException(
                Problem.AUTHORITY_KEY_WRONG,
                "the key \"%s\" in the token is not that of the certificate".formatted(name));
    }

    @Override
    public void close() {
        library.close();
    }

    private static long slot(Cryptoki library, HsmSettings settings) {
        List<Long> found = new ArrayList<>();
        for (long slot : library.call(new Call.GetSlotList(true)).values()) {
            if (isMeant(library, slot, settings)) {
                found.add(slot);
            }
        }
        if (found.size() != 1) {
            throw new KeyPlaceException(
                    Problem.HSM_UNAVAILABLE,
                    "%s has %d tokens \"%s\""
                            .formatted(settings.module().name(), found.size(), settings.token()));
        }
        return found.getFirst();
    }

    private static boolean isMeant(Cryptoki library, long slot, HsmSettings settings) {
        try {
            Answer.Token token = library.call(new Call.GetToken(slot));
            return token.label().equals(settings.token())
                    && settings.serialNumber()
                            .map(number -> number.equals(token.serialNumber()))
                            .orElse(true);
        } catch (CryptokiException e) {
            // A slot that cannot tell what is in it holds nothing of ours.
            return false;
        }
    }
}
