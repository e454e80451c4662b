// SPDX-License-Identifier: Apache-2.0
package perennial.agent.hipki;

import java.util.HexFormat;

/// The results that this agent answers with; the texts of all that pages know are in
/// `codes_*.properties`.
enum RetCode {
    OK(0),
    DATA_MISSING(0x76000003),
    CIPHER_MISSING(0x76000004),
    CARD_MISSING(0x76000006),
    TOO_LARGE(0x7600000A),
    NOT_JSON(0x7600000B),
    PARAMETER(0x7600000C),
    FAILED(0x7600000D),
    NOT_SUPPORTED(0x7600000E),
    FORBIDDEN_DOMAIN(0x7600000F),
    SITE_NOT_TRUSTED(0x76000031),
    PIN_MISSING(0x76000998),
    CANCELLED(0x76000999),
    LIBRARY(0x76100001),
    READER_MISSING(0x76100003),
    READER_FAILED(0x76100004),
    SESSION(0x76100005),
    LOGIN(0x76100006),
    CERTIFICATE_MISSING(0x7610000C),
    KEY_MISSING(0x7610000D),
    SIGNATURE_TYPE(0x76300002),
    SIGNATURE_CONTENT(0x76300003),
    SIGNATURE(0x76300004),
    DECRYPTION_TYPE(0x76400002),
    DECRYPTION(0x76400003),
    NOT_YET_VALID(0x76500001),
    EXPIRED(0x76500002),
    BASE64(0x76600002),
    CARD_FULL(0x77200003),
    CERTIFICATE_NOT_WRITTEN(0x77200102),
    COMMAND_UNKNOWN(0x77301025),
    USER_CODE(0x81000201),
    CMS_ANSWER(0x82000003),
    OTHER_CARD(0x83000100),
    PIN_FORMAT(0x83000105),
    KEY_MISMATCH(0xE0000013);

    private final int number;

    RetCode(int number) {
        this.number = number;
    }

    /// As pages compare it: a number of 32 bits with its sign, so that 0x80000000 and more are
    /// negative.
    int number() {
        return number;
    }

    /// Eight upper-case digits, the key of its text.
    String hex() {
        return HexFormat.of().withUpperCase().toHexDigits(number);
    }
}
