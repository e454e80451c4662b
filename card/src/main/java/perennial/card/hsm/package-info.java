// SPDX-License-Identifier: Apache-2.0
/// An authority's keys in a hardware security module, over PKCS #11: the same binding as for cards,
/// with sessions that are pooled and come back by themselves.
@NullMarked
package perennial.card.hsm;

import org.jspecify.annotations.NullMarked;
