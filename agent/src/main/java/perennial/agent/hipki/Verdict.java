// SPDX-License-Identifier: Apache-2.0
package perennial.agent.hipki;

import java.util.HexFormat;
import perennial.core.advice.Problem;

/// How a call ended, in the dialect's two numbers.
///
/// @param lastError what the card's library said beneath it (CKR values of PKCS #11), 0 for nothing
record Verdict(RetCode code, int lastError) {
    static final Verdict OK = new Verdict(RetCode.OK, 0);

    private static final int PIN_INCORRECT = 0xA0;
    private static final int PIN_LENGTH = 0xA2;
    private static final int PIN_LOCKED = 0xA4;

    /// Vendor values: the low bits are the tries left.
    private static final int TRIES_LEFT = 0x80000000;

    static Verdict of(RetCode code) {
        return new Verdict(code, 0);
    }

    /// After a wrong PIN.
    ///
    /// @param triesLeft 0 when that locked the card, or it was locked before
    static Verdict wrongPin(int triesLeft) {
        return new Verdict(
                RetCode.LOGIN,
                switch (triesLeft) {
                    case 0 -> PIN_LOCKED;
                    case 1, 2 -> TRIES_LEFT | triesLeft;
                    default -> PIN_INCORRECT;
                });
    }

    static Verdict pinLength() {
        return new Verdict(RetCode.LOGIN, PIN_LENGTH);
    }

    /// The key of the second text.
    String lastErrorHex() {
        return HexFormat.of().withUpperCase().toHexDigits(lastError);
    }

    static Verdict of(Problem problem) {
        return switch (problem) {
            case PIN_WRONG -> new Verdict(RetCode.LOGIN, PIN_INCORRECT);
            case PIN_LAST_TRY -> wrongPin(1);
            case PIN_BLOCKED -> wrongPin(0);
            case PUK_WRONG, PUK_BLOCKED, UNLOCK_REFUSED -> of(RetCode.USER_CODE);
            default -> of(code(problem));
        };
    }

    private static RetCode code(Problem problem) {
        return switch (problem) {
            case NO_READER -> RetCode.READER_MISSING;
            case NO_CARD, CARD_REMOVED -> RetCode.CARD_MISSING;
            case READER_SERVICE_MISSING, CARD_MUTE -> RetCode.READER_FAILED;
            case CARD_NOT_SUPPORTED, TOKEN_LIBRARY_FAILED -> RetCode.LIBRARY;
            case CARD_IN_USE, CARD_ANSWER_INVALID, RENEWAL_RUNNING -> RetCode.SESSION;
            case PIN_FORMAT, PIN_TOO_SIMPLE -> RetCode.PIN_FORMAT;
            case OTHER_CARD -> RetCode.OTHER_CARD;
            case NO_CERTIFICATE -> RetCode.CERTIFICATE_MISSING;
            case KEY_NOT_REPLACEABLE, RA_ANSWER_INVALID -> RetCode.KEY_MISMATCH;
            case CARD_FULL -> RetCode.CARD_FULL;
            case CARD_NOT_WRITABLE,
                    READ_BACK_DIFFERS,
                    SECOND_SECRET_NEEDED,
                    SECOND_SECRET_WRONG,
                    JOURNAL_NOT_WRITABLE,
                    JOURNAL_DAMAGED ->
                    RetCode.CERTIFICATE_NOT_WRITTEN;
            case NOT_ENCRYPTED_FOR_CARD -> RetCode.DECRYPTION;
            case FILE_NOT_USABLE -> RetCode.DECRYPTION_TYPE;
            case UNLOCK_ANSWER_INVALID -> RetCode.CMS_ANSWER;
            case WOULD_LOCK_CARD -> RetCode.CANCELLED;
            case RA_NOT_TRUSTED -> RetCode.SITE_NOT_TRUSTED;
            case REQUEST_INVALID -> RetCode.PARAMETER;
            default -> RetCode.FAILED;
        };
    }
}
