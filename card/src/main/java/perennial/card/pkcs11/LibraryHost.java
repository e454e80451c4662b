// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.SynchronousQueue;
import org.jspecify.annotations.Nullable;
import perennial.card.CardException;

/// The process that a token library lives in: calls come in on standard input, answers go out on
/// what was standard output.
///
/// It ends when its input ends, even in the middle of a call: the process that asks is gone then.
final class LibraryHost {
    /// Crashes are the expected case here: no file with the stack, no core dump, no attaching, for
    /// a PIN may be in memory. Small and quick to start.
    private static final List<String> OPTIONS =
            List.of(
                    "-XX:+SuppressFatalErrorMessage",
                    "-XX:-CreateCoredumpOnCrash",
                    "-XX:+DisableAttachMechanism",
                    "-XX:-UsePerfData",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx64m");

    private final AnswerPipe out;
    private final Path library;
    private @Nullable NativeCryptoki loaded;

    private LibraryHost(AnswerPipe out, Path library) {
        this.out = out;
        this.library = library;
    }

    /// How to start the process, with the Java that runs this one.
    static List<String> command(Path library) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command = new ArrayList<>(List.of(java.toString()));
        command.addAll(OPTIONS);
        command.addAll(program());
        command.add(library.toString());
        return command;
    }

    /// @param arguments the library's path
    static void main(String[] arguments) throws InterruptedException {
        AnswerPipe out = AnswerPipe.ofStandardOutput();
        SynchronousQueue<byte[]> calls = new SynchronousQueue<>();
        Thread.ofPlatform().daemon().name("calls").start(() -> listen(calls));
        LibraryHost host = new LibraryHost(out, Path.of(arguments[0]));
        while (true) {
            host.serve(calls.take());
        }
    }

    private static void listen(SynchronousQueue<byte[]> calls) {
        try (DataInputStream in = new DataInputStream(new FileInputStream(FileDescriptor.in))) {
            while (true) {
                calls.put(frame(in));
            }
        } catch (IOException | InterruptedException e) {
            Runtime.getRuntime().halt(0);
        }
    }

    /// Number and content of one call; what fills it up is read over.
    private static byte[] frame(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > MessageCodec.MAX_MESSAGE) {
            throw new IOException("a call of %d octets".formatted(length));
        }
        byte[] frame = in.readNBytes(Integer.BYTES + length);
        int filling = RemoteCryptoki.MIN_REQUEST - RemoteCryptoki.HEADER - length;
        if (filling > 0) {
            in.skipNBytes(filling);
        }
        if (frame.length < Integer.BYTES + length) {
            throw new EOFException();
        }
        return frame;
    }

    private void serve(byte[] frame) {
        ByteBuffer in = ByteBuffer.wrap(frame);
        int number = in.getInt();
        Call<?> call = MessageCodec.read(in, Call.class);
        Arrays.fill(frame, (byte) 0);
        Answer answer = answered(call);
        call.wipe();
        byte[] buffer = new byte[MessageCodec.MAX_MESSAGE];
        ByteBuffer to = ByteBuffer.wrap(buffer).position(RemoteCryptoki.HEADER);
        MessageCodec.write(to, Answer.class, answer);
        to.putInt(0, to.position() - RemoteCryptoki.HEADER).putInt(Integer.BYTES, number);
        out.write(buffer, to.position());
        Arrays.fill(buffer, (byte) 0);
    }

    private Answer answered(Call<?> call) {
        try {
            if (loaded == null) {
                loaded = new NativeCryptoki(library);
            }
            return loaded.call(call);
        } catch (CryptokiException e) {
            return new Answer.Refused(e.function(), e.code().value());
        } catch (CardException e) {
            return new Answer.Failed(String.valueOf(e.getMessage()));
        }
    }

    /// From the same place as this class; the class path is enough, also where this process runs on
    /// the module path.
    private static List<String> program() {
        String main = LibraryHost.class.getName();
        try {
            String card = place(LibraryHost.class);
            String core = place(perennial.core.advice.Problem.class);
            return List.of(
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    card + System.getProperty("path.separator") + core,
                    main);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("classes have places", e);
        }
    }

    private static String place(Class<?> type) throws URISyntaxException {
        URI uri = type.getProtectionDomain().getCodeSource().getLocation().toURI();
        return Path.of(uri).toString();
    }
}
