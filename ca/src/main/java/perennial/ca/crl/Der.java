// SPDX-License-Identifier: Apache-2.0
package perennial.ca.crl;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// The frames of DER values that are too long to be held (X.690 8.1.3, 10.1).
final class Der {
    static final int SEQUENCE = 0x30;

    private static final int LONG_FORM = 0x80;
    private static final int MOST_LENGTH_OCTETS = 4;

    private Der() {}

    /// Tag and length of a value.
    static byte[] header(int tag, long length) {
        if (length < LONG_FORM) {
            return new byte[] {(byte) tag, (byte) length};
        }
        byte[] octets = ByteBuffer.allocate(Long.BYTES).putLong(length).array();
        int zeros = Long.numberOfLeadingZeros(length) / Byte.SIZE;
        ByteBuffer header = ByteBuffer.allocate(2 + octets.length - zeros);
        header.put((byte) tag).put((byte) (LONG_FORM | octets.length - zeros));
        return header.put(Arrays.copyOfRange(octets, zeros, octets.length)).array();
    }

    /// The frame of a value in a file.
    ///
    /// @param start where its tag is
    /// @param content where its content begins
    /// @param length of the content
    record Frame(int tag, long start, long content, long length) {
        /// Reads the frame that the file stands on; the file stands on the content then.
        static Frame read(RandomAccessFile file) throws IOException {
            long start = file.getFilePointer();
            int tag = octet(file);
            long length = octet(file);
            if (length >= LONG_FORM) {
                int octets = (int) length - LONG_FORM;
                if (octets == 0 || octets > MOST_LENGTH_OCTETS) {
                    throw new IOException("a length of %d octets".formatted(octets));
                }
                length = 0;
                for (int i = 0; i < octets; i++) {
                    length = length << Byte.SIZE | octet(file);
                }
            }
            Frame frame = new Frame(tag, start, file.getFilePointer(), length);
            if (frame.end() > file.length()) {
                throw new EOFException("a value ends behind the file");
            }
            return frame;
        }

        /// Where the next value begins.
        long end() {
            return content + length;
        }

        /// The whole value.
        byte[] encoded(RandomAccessFile file) throws IOException {
            byte[] value = new byte[Math.toIntExact(end() - start)];
            file.seek(start);
            file.readFully(value);
            return value;
        }

        private static int octet(RandomAccessFile file) throws IOException {
            int octet = file.read();
            if (octet < 0) {
                throw new EOFException("a frame is cut off");
            }
            return octet;
        }
    }
}
