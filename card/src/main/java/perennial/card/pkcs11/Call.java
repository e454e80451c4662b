// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.util.Arrays;
import java.util.List;

/// One call of PKCS #11 v2.40, by the standard's function names, without pointers: what goes in is
/// here, what comes out is the [Answer].
///
/// @param <A> what is answered
public sealed interface Call<A extends Answer> {
    Class<A> answer();

    /// Overwrites the secrets in it.
    default void wipe() {}

    /// Nothing but CKR_OK is answered.
    sealed interface ForDone extends Call<Answer.Done> {
        @Override
        default Class<Answer.Done> answer() {
            return Answer.Done.class;
        }
    }

    /// One handle is answered.
    sealed interface ForHandle extends Call<Answer.Handle> {
        @Override
        default Class<Answer.Handle> answer() {
            return Answer.Handle.class;
        }
    }

    /// Handles or numbers are answered.
    sealed interface ForHandles extends Call<Answer.Handles> {
        @Override
        default Class<Answer.Handles> answer() {
            return Answer.Handles.class;
        }
    }

    /// Octets are answered.
    sealed interface ForOctets extends Call<Answer.Octets> {
        @Override
        default Class<Answer.Octets> answer() {
            return Answer.Octets.class;
        }
    }

    /// C_Initialize for one thread; a library that is initialised already is left so.
    record Initialize() implements ForDone {}

    /// C_Finalize; sessions and objects end. A library that is not initialised is left so.
    record Finalize() implements ForDone {}

    /// C_GetInfo.
    record GetLibrary() implements Call<Answer.Library> {
        @Override
        public Class<Answer.Library> answer() {
            return Answer.Library.class;
        }
    }

    record GetSlotList(boolean tokenPresent) implements ForHandles {}

    /// C_GetSlotInfo.
    record GetSlot(long slot) implements Call<Answer.Slot> {
        @Override
        public Class<Answer.Slot> answer() {
            return Answer.Slot.class;
        }
    }

    /// C_GetTokenInfo.
    record GetToken(long slot) implements Call<Answer.Token> {
        @Override
        public Class<Answer.Token> answer() {
            return Answer.Token.class;
        }
    }

    record GetMechanismList(long slot) implements ForHandles {}

    /// C_GetMechanismInfo.
    record GetMechanism(long slot, long mechanism) implements Call<Answer.MechanismLimits> {
        @Override
        public Class<Answer.MechanismLimits> answer() {
            return Answer.MechanismLimits.class;
        }
    }

    /// C_WaitForSlotEvent without waiting: the slot where something happened, or none.
    record PollSlotEvent() implements ForHandles {}

    record OpenSession(long slot, boolean readWrite) implements ForHandle {}

    record CloseSession(long session) implements ForDone {}

    record CloseAllSessions(long slot) implements ForDone {}

    /// @param pin the caller's to wipe
    record Login(long session, UserType user, byte[] pin) implements ForDone {
        @Override
        public void wipe() {
            Arrays.fill(pin, (byte) 0);
        }
    }

    record Logout(long session) implements ForDone {}

    /// Erases everything on the token.
    ///
    /// @param pin the security officer's, the caller's to wipe
    /// @param label at most 32 octets in UTF-8
    record InitToken(long slot, byte[] pin, String label) implements ForDone {
        @Override
        public void wipe() {
            Arrays.fill(pin, (byte) 0);
        }
    }

    /// @param pin the holder's new one, the caller's to wipe
    record InitPin(long session, byte[] pin) implements ForDone {
        @Override
        public void wipe() {
            Arrays.fill(pin, (byte) 0);
        }
    }

    /// Both PINs are the caller's to wipe.
    record SetPin(long session, byte[] current, byte[] next) implements ForDone {
        @Override
        public void wipe() {
            Arrays.fill(current, (byte) 0);
            Arrays.fill(next, (byte) 0);
        }
    }

    /// C_FindObjectsInit, C_FindObjects, C_FindObjectsFinal: every object with these attributes.
    record FindObjects(long session, List<Attribute> template) implements ForHandles {
        public FindObjects {
            template = List.copyOf(template);
        }
    }

    record CreateObject(long session, List<Attribute> template) implements ForHandle {
        public CreateObject {
            template = List.copyOf(template);
        }
    }

    record DestroyObject(long session, long object) implements ForDone {}

    /// C_GetAttributeValue.
    record GetAttributes(long session, long object, List<Long> types)
            implements Call<Answer.Values> {
        public GetAttributes {
            types = List.copyOf(types);
        }

        @Override
        public Class<Answer.Values> answer() {
            return Answer.Values.class;
        }
    }

    /// C_SetAttributeValue.
    record SetAttributes(long session, long object, List<Attribute> template) implements ForDone {
        public SetAttributes {
            template = List.copyOf(template);
        }
    }

    record GenerateKeyPair(
            long session,
            Mechanism mechanism,
            List<Attribute> publicTemplate,
            List<Attribute> privateTemplate)
            implements Call<Answer.KeyPairHandles> {
        public GenerateKeyPair {
            publicTemplate = List.copyOf(publicTemplate);
            privateTemplate = List.copyOf(privateTemplate);
        }

        @Override
        public Class<Answer.KeyPairHandles> answer() {
            return Answer.KeyPairHandles.class;
        }
    }

    record SignInit(long session, Mechanism mechanism, long key) implements ForDone {}

    /// What is signed is given as the mechanism wants it: a DigestInfo, a digest.
    record Sign(long session, byte[] input) implements ForOctets {}

    record DecryptInit(long session, Mechanism mechanism, long key) implements ForDone {}

    record Decrypt(long session, byte[] cryptogram) implements ForOctets {}

    record DeriveKey(long session, Mechanism mechanism, long baseKey, List<Attribute> template)
            implements ForHandle {
        public DeriveKey {
            template = List.copyOf(template);
        }
    }

    /// @param length at most 1024
    record GenerateRandom(long session, int length) implements ForOctets {}
}
