// SPDX-License-Identifier: Apache-2.0
/// PKCS #11 v2.40: a binding of ours to any token library, which runs in a process of its own, and
/// sessions with cards over it.
///
/// [Cryptoki], [Call] and [Answer] know nothing of cards; an authority's HSM speaks the same.
@NullMarked
package perennial.card.pkcs11;

import org.jspecify.annotations.NullMarked;
