// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import perennial.card.CardException;
import perennial.core.advice.Problem;

/// A library in a process of its own: [LibraryHost], one life long. When it crashes, does not
/// answer in time or answers nonsense, it is killed, and every further call fails: handles of one
/// life mean nothing in the next. When this process ends, the other ends as well.
///
/// PINs travel over the pipe alone and are overwritten on both sides. Safe for use by many threads,
/// one call at a time.
public final class RemoteCryptoki implements Cryptoki {
    /// Octets before the content of a message: its length, and the number of the call.
    static final int HEADER = 8;

    /// Requests are filled up to this length: an array of this size goes to the pipe directly and
    /// leaves no copy of a PIN in the stream's own buffer (java.io.BufferedOutputStream).
    static final int MIN_REQUEST = 8 * 1024;

    /// What the first call may take in addition: the process starts, the library is loaded.
    private static final Duration START = Duration.ofMinutes(1);

    /// Making a key may take this many times as long as anything else.
    private static final int PATIENCE_FOR_KEYS = 6;

    private final String name;
    private final Process process;
    private final Duration patience;
    private final BlockingQueue<Optional<Frame>> answers = new ArrayBlockingQueue<>(4);
    private final byte[] request = new byte[MessageCodec.MAX_MESSAGE];
    private int number;

    private RemoteCryptoki(String name, Process process, Duration patience) {
        this.name = name;
        this.process = process;
        this.patience = patience;
    }

    /// Starts the library's process; the library is loaded by the first call.
    ///
    /// @param patience how long a call may take
    /// @throws CardException TOKEN_LIBRARY_FAILED
    public static RemoteCryptoki start(Pkcs11Module module, Duration patience) {
        ProcessBuilder builder = new ProcessBuilder(LibraryHost.command(module.library()));
        builder.environment().putAll(module.environment());
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        try {
            Process process = builder.start();
            RemoteCryptoki remote = new RemoteCryptoki(module.name(), process, patience);
            Thread.ofPlatform().daemon().name("answers of " + module.name()).start(remote::listen);
            return remote;
        } catch (IOException e) {
            throw new CardException(
                    Problem.TOKEN_LIBRARY_FAILED, "no process for " + module.name(), e);
        }
    }

    @Override
    public synchronized <A extends Answer> A call(Call<A> call) {
        if (!process.isAlive()) {
            throw failed("its process has ended");
        }
        number++;
        send(call);
        Answer answer = received(call);
        return switch (answer) {
            case Answer.Refused(String function, long code) ->
                    throw new CryptokiException(function, new ReturnCode(code));
            case Answer.Failed(String what) -> throw killed(what);
            default -> {
                if (!call.answer().isInstance(answer)) {
                    throw killed("another kind of answer than asked for");
                }
                yield call.answer().cast(answer);
            }
        };
    }

    /// Whether the process is there for another call.
    public boolean isAlive() {
        return process.isAlive();
    }

    /// The process, for those who watch it.
    public ProcessHandle process() {
        return process.toHandle();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private void send(Call<?> call) {
        ByteBuffer buffer = ByteBuffer.wrap(request).position(HEADER);
        try {
            MessageCodec.write(buffer, Call.class, call);
            int length = buffer.position() - HEADER;
            buffer.putInt(0, length).putInt(Integer.BYTES, number);
            OutputStream out = process.getOutputStream();
            out.write(request, 0, Math.max(HEADER + length, MIN_REQUEST));
            out.flush();
        } catch (IOException e) {
            throw killed("its process does not listen", e);
        } finally {
            Arrays.fill(request, (byte) 0);
        }
    }

    private Answer received(Call<?> call) {
        Optional<Frame> frame = awaited(call);
        if (frame.isEmpty()) {
            throw killed("its process ended during the call");
        }
        byte[] content = frame.get().content();
        try {
            if (frame.get().number() != number) {
                throw killed("an answer that nobody asked for");
            }
            return MessageCodec.read(ByteBuffer.wrap(content), Answer.class);
        } catch (IllegalArgumentException e) {
            throw killed("an answer that cannot be read", e);
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    private Optional<Frame> awaited(Call<?> call) {
        boolean slow = call instanceof Call.GenerateKeyPair || call instanceof Call.InitToken;
        Duration usual = slow ? patience.multipliedBy(PATIENCE_FOR_KEYS) : patience;
        Duration atMost = number == 1 ? usual.plus(START) : usual;
        try {
            Optional<Frame> frame = answers.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
            if (frame == null) {
                process.destroyForcibly();
                throw new CardException(
                        Problem.TOKEN_LIBRARY_HANGS, name + ": no answer within " + atMost);
            }
            return frame;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw killed("the wait for its answer was interrupted", e);
        }
    }

    /// Reads answers until the process ends or sends nonsense; the last word is empty.
    private void listen() {
        try (DataInputStream in = new DataInputStream(process.getInputStream())) {
            while (true) {
                int length = in.readInt();
                int answered = in.readInt();
                if (length < 0 || length > MessageCodec.MAX_MESSAGE) {
                    break;
                }
                byte[] content = in.readNBytes(length);
                if (content.length < length
                        || !answers.offer(Optional.of(new Frame(answered, content)))) {
                    break;
                }
            }
        } catch (IOException e) {
            // The end of the process is the end of its answers.
        } finally {
            process.destroyForcibly();
            answers.offer(Optional.empty());
        }
    }

    private CardException killed(String what) {
        process.destroyForcibly();
        return failed(what);
    }

    private CardException killed(String what, Exception cause) {
        process.destroyForcibly();
        return new CardException(Problem.TOKEN_LIBRARY_FAILED, name + ": " + what, cause);
    }

    private CardException failed(String what) {
        return new CardException(Problem.TOKEN_LIBRARY_FAILED, name + ": " + what);
    }

    private record Frame(int number, byte[] content) {}
}
