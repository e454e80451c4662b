// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.pkcs15;

/// Blocks of RSAES-PKCS1-v1_5 and RSASSA-PKCS1-v1_5 (RFC 8017 7.2.2, 9.2), for moduli of 256
/// octets.
final class Pkcs1Padding {
    static final int BLOCK = 256;
    private static final int MIN_FILLING = 8;

    /// The most that fits beside 00, type, filling and 00.
    static final int MAX_DATA = BLOCK - MIN_FILLING - 3;

    private Pkcs1Padding() {}

    /// 00 01 FF … FF 00 and the data.
    ///
    /// @param length at most [#MAX_DATA]
    static byte[] forSignature(byte[] in, int length) {
        byte[] block = new byte[BLOCK];
        int separator = BLOCK - length - 1;
        block[1] = 0x01;
        for (int i = 2; i < separator; i++) {
            block[i] = (byte) 0xFF;
        }
        System.arraycopy(in, 0, block, separator + 1, length);
        return block;
    }

    /// The place of the message in an enciphered block's plain text, 0 when it is none: 00 02,
    /// eight or more octets other than 00, 00. Looks at every octet whatever they are, so that time
    /// does not tell which part was wrong.
    static int messageIn(byte[] block) {
        int wrong = block[0] | (block[1] ^ 0x02);
        int found = 0;
        int start = 0;
        for (int i = 2; i < BLOCK; i++) {
            int zero = ((block[i] & 0xFF) - 1) >> 31;
            start |= zero & ~found & (i + 1);
            found |= zero;
        }
        return wrong == 0 && start > 2 + MIN_FILLING ? start : 0;
    }
}
