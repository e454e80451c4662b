// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.util.List;
import java.util.Optional;

/// What a library answers to a [Call].
public sealed interface Answer {
    record Done() implements Answer {}

    /// A session or an object.
    record Handle(long value) implements Answer {}

    /// Slots, mechanisms or objects.
    record Handles(List<Long> values) implements Answer {
        public Handles {
            values = List.copyOf(values);
        }
    }

    record KeyPairHandles(long publicKey, long privateKey) implements Answer {}

    /// The array is the answer's own; who asked wipes it if it is secret.
    record Octets(byte[] value) implements Answer {}

    /// Each attribute's value in the order asked for; empty when the object has none or does not
    /// show it.
    record Values(List<Optional<byte[]>> values) implements Answer {
        public Values {
            values = List.copyOf(values);
        }
    }

    /// CK_INFO.
    record Library(String manufacturer, String description, String version) implements Answer {}

    /// CK_SLOT_INFO.
    record Slot(String description, String manufacturer, long flags) implements Answer {}

    /// CK_TOKEN_INFO; texts without the blanks that fill them up.
    ///
    /// @param freePrivateMemory octets, [Ck#UNAVAILABLE_INFORMATION] where the token does not tell
    record Token(
            String label,
            String manufacturer,
            String model,
            String serialNumber,
            long flags,
            long minPinLength,
            long maxPinLength,
            long freePrivateMemory,
            String firmware)
            implements Answer {
        public boolean has(long flag) {
            return (flags & flag) != 0;
        }
    }

    /// CK_MECHANISM_INFO.
    record MechanismLimits(long minKeySize, long maxKeySize, long flags) implements Answer {}

    /// Something else than CKR_OK; comes out of [Cryptoki#call] as a [CryptokiException].
    record Refused(String function, long code) implements Answer {}

    /// The library cannot be loaded, or answered what cannot be true; comes out as
    /// TOKEN_LIBRARY_FAILED.
    record Failed(String what) implements Answer {}
}
