// SPDX-License-Identifier: Apache-2.0
package perennial.core.crypto;

import java.security.PublicKey;
import java.util.Optional;
import perennial.core.certificate.Certificate;

/// Where an authority's keys are made and used, by name: a folder of encrypted files, an HSM's
/// token. Safe for use by many threads.
public interface KeyPlace extends AutoCloseable {
    /// For people, without anything that differs between two hosts: `PKCS #11 token "root"`.
    String description();

    /// The public half of the key of this name; empty when there is none.
    ///
    /// @param kind what it must be
    /// @throws KeyPlaceException HSM_UNAVAILABLE, AUTHORITY_KEY_WRONG when it is of another kind or
    ///   there are several, FILE_NOT_USABLE
    Optional<PublicKey> find(String name, KeyKind kind);

    /// Makes a key that never leaves the place.
    ///
    /// @throws KeyPlaceException AUTHORITY_KEY_WRONG when the name is taken; HSM_UNAVAILABLE, also
    ///   when no such keys can be made there; FILE_NOT_USABLE
    PublicKey generate(String name, KeyKind kind);

    /// The private half of this public key. A place that may be out of reach for a while is asked
    /// when the key is first used and not now; there, a key of this name that has another public
    /// half is refused.
    ///
    /// @throws KeyPlaceException AUTHORITY_KEY_WRONG, FILE_NOT_USABLE
    Signer signer(String name, PublicKey key);

    /// The key has got its certificate; a place that keeps certificates beside keys keeps it.
    ///
    /// @throws KeyPlaceException AUTHORITY_KEY_WRONG when it is another key's, FILE_NOT_USABLE
    default void certified(String name, Certificate certificate) {}

    @Override
    void close();
}
