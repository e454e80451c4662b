// SPDX-License-Identifier: Apache-2.0
package perennial.card;

/// How a slot gets another key (RFC 3647 outline 4.7).
public enum ReKeyWay {
    /// The new key is made in a free container and takes the slot when it has proven itself; the
    /// old one works until then and is retired last.
    BESIDE,
    /// The new key overwrites the old one when it is made; the old one has to authorise that first.
    IN_PLACE
}
