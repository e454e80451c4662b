// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

/// A token library that answers one call at a time: in this process, in another, behind a decorator
/// that makes it fail.
///
/// What is behind it is hostile: every length and count is bounded by the implementation.
public interface Cryptoki extends AutoCloseable {
    /// Makes one call and waits for its answer.
    ///
    /// @throws CryptokiException when the library answers with anything but CKR_OK
    /// @throws perennial.card.CardException TOKEN_LIBRARY_FAILED when there is no answer, or none
    ///   that can be true; TOKEN_LIBRARY_HANGS when there is none in time; whether the token
    ///   executed the call is then unknown
    <A extends Answer> A call(Call<A> call);

    /// Ends the library; never throws.
    @Override
    void close();
}
