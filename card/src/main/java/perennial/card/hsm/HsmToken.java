// SPDX-License-Identifier: Apache-2.0
package perennial.card.hsm;

import java.security.PublicKey;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import perennial.card.pkcs11.Cryptoki;
import perennial.card.pkcs11.RemoteCryptoki;
import perennial.core.advice.Problem;
import perennial.core.crypto.KeyKind;
import perennial.core.crypto.KeyPlace;
import perennial.core.crypto.KeyPlaceException;
import perennial.core.crypto.Signer;

/// A token of a hardware security module as the place of an authority's keys; a key's name is its
/// label. The token may come and go: whatever is asked while it is away fails with HSM_UNAVAILABLE,
/// and works again when it is back.
public final class HsmToken implements KeyPlace {
    private final HsmSettings settings;
    private final HsmSessions sessions;

    /// @param pin stays open as long as this place, and stays the caller's to close
    public HsmToken(HsmSettings settings, HsmPin pin, Clock clock) {
        this(
                settings,
                pin,
                () -> RemoteCryptoki.start(settings.module(), settings.patience()),
                clock);
    }

    /// With other libraries than the module's own, a new one for each session.
    public HsmToken(HsmSettings settings, HsmPin pin, Supplier<Cryptoki> libraries, Clock clock) {
        this.settings = settings;
        this.sessions = new HsmSessions(settings, pin, libraries, clock);
    }

    @Override
    public String description() {
        return "PKCS #11 token \"%s\"%s"
                .formatted(
                        settings.token(),
                        settings.serialNumber().map(number -> ", number " + number).orElse(""));
    }

    @Override
    public Optional<PublicKey> find(String name, KeyKind kind) {
        return sessions.use(session -> {
            List<HsmObject> found = session.find(name);
            if (found.size() > 1) {
                throw new KeyPlaceException(
                        Problem.AUTHORITY_KEY_WRONG,
                        "the token has %d keys \"%s\"".formatted(found.size(), name));
            }
            if (found.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(
                    found.getFirst()
                            .publicKey()
                            .map(key -> new HsmKeyMaker(session, name, kind).bound(key))
                            .filter(key -> KeyKind.of(key).equals(Optional.of(kind)))
                            .orElseThrow(() ->
                                    new KeyPlaceException(
                                            Problem.AUTHORITY_KEY_WRONG,
                                            "the key \"%s\" in the token is not %s"
                                                    .formatted(name, kind.text()))));
        });
    }

    @Override
    public PublicKey generate(String name, KeyKind kind) {
        return sessions.write(session -> new HsmKeyMaker(session, name, kind).make());
    }

    @Override
    public Signer signer(String name, PublicKey key) {
        return new HsmKey(sessions, name, key);
    }

    /// Ends all sessions.
    @Override
    public void close() {
        sessions.close();
    }
}
