// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import perennial.card.CardException;
import perennial.core.advice.Problem;

/// A library in this process. A crash of it is one of this process; see [RemoteCryptoki].
///
/// Not safe for use by many threads: the library is initialised without locks.
public final class NativeCryptoki implements Cryptoki {
    private static final int MAX_SLOTS = 64;
    private static final int MAX_MECHANISMS = 1024;
    private static final int MAX_OBJECTS = 1024;
    private static final int MAX_VALUE = 32 * 1024;
    private static final int MAX_RESULT = 8 * 1024;
    private static final int MAX_RANDOM = 1024;
    private static final int MAX_LABEL = 32;
    private static final MemorySegment NULL = MemorySegment.NULL;

    private final Abi abi = Abi.host();
    private final NativeFunctions functions;

    /// Loads the library; it is initialised by [Call.Initialize].
    ///
    /// @throws CardException TOKEN_LIBRARY_FAILED
    public NativeCryptoki(Path library) {
        this.functions = NativeFunctions.load(library, abi);
    }

    @Override
    public <A extends Answer> A call(Call<A> call) {
        try (NativeMemory memory = new NativeMemory(abi)) {
            return call.answer().cast(answer(memory, call));
        }
    }

    @Override
    public void close() {
        ReturnCode _ = functions.call(NativeFunction.FINALIZE, NULL);
    }

    private Answer answer(NativeMemory memory, Call<?> call) {
        return switch (call) {
            case Call.ForDone done -> {
                run(memory, done);
                yield new Answer.Done();
            }
            case Call.ForHandle handle -> new Answer.Handle(handle(memory, handle));
            case Call.ForHandles handles -> new Answer.Handles(handles(memory, handles));
            case Call.ForOctets octets -> new Answer.Octets(octets(memory, octets));
            case Call.GetLibrary() -> description(memory).library();
            case Call.GetSlot(long slot) -> description(memory).slot(slot);
            case Call.GetToken(long slot) -> description(memory).token(slot);
            case Call.GetMechanism(long slot, long mechanism) ->
                    description(memory).limits(slot, mechanism);
            case Call.GetAttributes(long session, long object, List<Long> types) ->
                    new Answer.Values(
                            types.stream()
                                    .map(type -> attribute(memory, session, object, type))
                                    .toList());
            case Call.GenerateKeyPair generate -> generated(memory, generate);
        };
    }

    private void run(NativeMemory memory, Call.ForDone call) {
        switch (call) {
            case Call.Initialize() -> {
                ReturnCode code = functions.call(NativeFunction.INITIALIZE, NULL);
                if (!code.equals(ReturnCode.CRYPTOKI_ALREADY_INITIALIZED)) {
                    check(NativeFunction.INITIALIZE, code);
                }
            }
            case Call.Finalize() -> {
                ReturnCode code = functions.call(NativeFunction.FINALIZE, NULL);
                if (!code.equals(ReturnCode.CRYPTOKI_NOT_INITIALIZED)) {
                    check(NativeFunction.FINALIZE, code);
                }
            }
            case Call.CloseSession(long session) -> ok(NativeFunction.CLOSE_SESSION, session);
            case Call.CloseAllSessions(long slot) -> ok(NativeFunction.CLOSE_ALL_SESSIONS, slot);
            case Call.Login(long session, UserType user, byte[] pin) ->
                    ok(
                            NativeFunction.LOGIN,
                            session,
                            user.number(),
                            memory.copy(pin),
                            (long) pin.length);
            case Call.Logout(long session) -> ok(NativeFunction.LOGOUT, session);
            case Call.InitToken(long slot, byte[] pin, String label) ->
                    ok(
                            NativeFunction.INIT_TOKEN,
                            slot,
                            memory.copy(pin),
                            (long) pin.length,
                            memory.copy(filledUp(label)));
            case Call.InitPin(long session, byte[] pin) ->
                    ok(NativeFunction.INIT_PIN, session, memory.copy(pin), (long) pin.length);
            case Call.SetPin(long session, byte[] current, byte[] next) ->
                    ok(
                            NativeFunction.SET_PIN,
                            session,
                            memory.copy(current),
                            (long) current.length,
                            memory.copy(next),
                            (long) next.length);
            case Call.DestroyObject(long session, long object) ->
                    ok(NativeFunction.DESTROY_OBJECT, session, object);
            case Call.SetAttributes(long session, long object, List<Attribute> template) ->
                    ok(
                            NativeFunction.SET_ATTRIBUTE_VALUE,
                            session,
                            object,
                            memory.template(template),
                            (long) template.size());
            case Call.SignInit(long session, Mechanism mechanism, long key) ->
                    ok(NativeFunction.SIGN_INIT, session, memory.mechanism(mechanism), key);
            case Call.DecryptInit(long session, Mechanism mechanism, long key) ->
                    ok(NativeFunction.DECRYPT_INIT, session, memory.mechanism(mechanism), key);
        }
    }

    private long handle(NativeMemory memory, Call.ForHandle call) {
        MemorySegment handle = memory.number(0);
        switch (call) {
            case Call.OpenSession(long slot, boolean readWrite) -> {
                long flags = Ck.CKF_SERIAL_SESSION | (readWrite ? Ck.CKF_RW_SESSION : 0);
                ok(NativeFunction.OPEN_SESSION, slot, flags, NULL, NULL, handle);
            }
            case Call.CreateObject(long session, List<Attribute> template) ->
                    ok(
                            NativeFunction.CREATE_OBJECT,
                            session,
                            memory.template(template),
                            (long) template.size(),
                            handle);
            case Call.DeriveKey(
                            long session,
                            Mechanism mechanism,
                            long baseKey,
                            List<Attribute> template) ->
                    ok(
                            NativeFunction.DERIVE_KEY,
                            session,
                            memory.mechanism(mechanism),
                            baseKey,
                            memory.template(template),
                            (long) template.size(),
                            handle);
        }
        return abi.number(handle, 0);
    }

    private List<Long> handles(NativeMemory memory, Call.ForHandles call) {
        return switch (call) {
            case Call.GetSlotList(boolean tokenPresent) -> {
                byte present = (byte) (tokenPresent ? 1 : 0);
                yield listed(memory, MAX_SLOTS, NativeFunction.GET_SLOT_LIST, present);
            }
            case Call.GetMechanismList(long slot) ->
                    listed(memory, MAX_MECHANISMS, NativeFunction.GET_MECHANISM_LIST, slot);
            case Call.FindObjects find -> found(memory, find);
            case Call.PollSlotEvent() -> {
                MemorySegment slot = memory.number(0);
                ReturnCode code =
                        functions.call(
                                NativeFunction.WAIT_FOR_SLOT_EVENT, Ck.CKF_DONT_BLOCK, slot, NULL);
                if (code.equals(ReturnCode.NO_EVENT)) {
                    yield List.of();
                }
                check(NativeFunction.WAIT_FOR_SLOT_EVENT, code);
                yield List.of(abi.number(slot, 0));
            }
        };
    }

    /// A list that the library writes into room given at once; how much it holds is not asked
    /// first, so nothing can change between two calls.
    private List<Long> listed(
            NativeMemory memory, int atMost, NativeFunction function, Object argument) {
        MemorySegment array = memory.octets((long) atMost * abi.number());
        MemorySegment count = memory.number(atMost);
        ok(function, argument, array, count);
        return numbers(array, bounded(function, abi.number(count, 0), atMost));
    }

    private List<Long> found(NativeMemory memory, Call.FindObjects find) {
        long session = find.session();
        ok(
                NativeFunction.FIND_OBJECTS_INIT,
                session,
                memory.template(find.template()),
                (long) find.template().size());
        MemorySegment array = memory.octets((long) MAX_OBJECTS * abi.number());
        MemorySegment count = memory.number(0);
        List<Long> all = new ArrayList<>();
        try {
            int more;
            do {
                ok(NativeFunction.FIND_OBJECTS, session, array, (long) MAX_OBJECTS, count);
                more = bounded(NativeFunction.FIND_OBJECTS, abi.number(count, 0), MAX_OBJECTS);
                all.addAll(numbers(array, more));
                bounded(NativeFunction.FIND_OBJECTS, all.size(), MAX_OBJECTS);
            } while (more > 0);
        } finally {
            ReturnCode _ = functions.call(NativeFunction.FIND_OBJECTS_FINAL, session);
        }
        return all;
    }

    private byte[] octets(NativeMemory memory, Call.ForOctets call) {
        MemorySegment room = memory.octets(MAX_RESULT);
        MemorySegment length = memory.number(MAX_RESULT);
        NativeFunction function =
                switch (call) {
                    case Call.Sign(long session, byte[] input) -> {
                        MemorySegment in = memory.copy(input);
                        long size = input.length;
                        ok(NativeFunction.SIGN, session, in, size, room, length);
                        yield NativeFunction.SIGN;
                    }
                    case Call.Decrypt(long session, byte[] cryptogram) -> {
                        MemorySegment in = memory.copy(cryptogram);
                        long size = cryptogram.length;
                        ok(NativeFunction.DECRYPT, session, in, size, room, length);
                        yield NativeFunction.DECRYPT;
                    }
                    case Call.GenerateRandom(long session, int octets) -> {
                        long size = bounded(NativeFunction.GENERATE_RANDOM, octets, MAX_RANDOM);
                        ok(NativeFunction.GENERATE_RANDOM, session, room, size);
                        abi.putNumber(length, 0, size);
                        yield NativeFunction.GENERATE_RANDOM;
                    }
                };
        return NativeMemory.array(room, bounded(function, abi.number(length, 0), MAX_RESULT));
    }

    /// Asked one at a time: some libraries give up at the first attribute that they do not know.
    private Optional<byte[]> attribute(NativeMemory memory, long session, long object, long type) {
        NativeFunction function = NativeFunction.GET_ATTRIBUTE_VALUE;
        MemorySegment room = memory.octets(MAX_VALUE);
        MemorySegment question = memory.question(type, room, MAX_VALUE);
        ReturnCode code = functions.call(function, session, object, question, 1L);
        long length = memory.answeredLength(question);
        if (code.equals(ReturnCode.ATTRIBUTE_SENSITIVE)
                || code.equals(ReturnCode.ATTRIBUTE_TYPE_INVALID)
                || (code.equals(ReturnCode.OK) && length == Ck.UNAVAILABLE_INFORMATION)) {
            return Optional.empty();
        }
        check(function, code);
        int size = bounded(function, length, MAX_VALUE);
        if (!Attribute.isNumber(type)) {
            return Optional.of(NativeMemory.array(room, size));
        }
        if (size != abi.number()) {
            throw absurd(function, size);
        }
        return Optional.of(Attribute.number(abi.number(room, 0)));
    }

    private Answer generated(NativeMemory memory, Call.GenerateKeyPair call) {
        MemorySegment publicKey = memory.number(0);
        MemorySegment privateKey = memory.number(0);
        ok(
                NativeFunction.GENERATE_KEY_PAIR,
                call.session(),
                memory.mechanism(call.mechanism()),
                memory.template(call.publicTemplate()),
                (long) call.publicTemplate().size(),
                memory.template(call.privateTemplate()),
                (long) call.privateTemplate().size(),
                publicKey,
                privateKey);
        return new Answer.KeyPairHandles(abi.number(publicKey, 0), abi.number(privateKey, 0));
    }

    private NativeDescriptions description(NativeMemory memory) {
        return new NativeDescriptions(abi, memory, this::ok);
    }

    private void ok(NativeFunction function, Object... arguments) {
        check(function, functions.call(function, arguments));
    }

    private static void check(NativeFunction function, ReturnCode code) {
        if (!code.equals(ReturnCode.OK)) {
            throw new CryptokiException(function.standardName(), code);
        }
    }

    private List<Long> numbers(MemorySegment array, int count) {
        List<Long> numbers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            numbers.add(abi.number(array, (long) i * abi.number()));
        }
        return numbers;
    }

    private static int bounded(NativeFunction function, long count, int atMost) {
        if (count < 0 || count > atMost) {
            throw absurd(function, count);
        }
        return (int) count;
    }

    private static CardException absurd(NativeFunction function, long count) {
        return new CardException(
                Problem.TOKEN_LIBRARY_FAILED,
                "%s answered a length or count of %s"
                        .formatted(function.standardName(), Long.toUnsignedString(count)));
    }

    private static byte[] filledUp(String label) {
        byte[] octets = label.getBytes(StandardCharsets.UTF_8);
        if (octets.length > MAX_LABEL) {
            throw new IllegalArgumentException("a token label has at most 32 octets");
        }
        byte[] filled = new byte[MAX_LABEL];
        Arrays.fill(filled, (byte) ' ');
        System.arraycopy(octets, 0, filled, 0, octets.length);
        return filled;
    }
}
