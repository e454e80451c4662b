// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

/// One thing that a check saw, such as a version or a reader's name. Values are the same in every
/// language.
public record Fact(Label label, String value) {
    private static final int MAX_VALUE = 400;

    /// @param value cut off after 400 characters; what is not printable becomes a space
    public Fact {
        StringBuilder printable = new StringBuilder();
        value.codePoints()
                .limit(MAX_VALUE)
                .forEach(c -> printable.appendCodePoint(Character.isISOControl(c) ? ' ' : c));
        value = printable.toString();
    }

    /// What the value is.
    public enum Label {
        OPERATING_SYSTEM(Privacy.OPEN),
        BROWSER(Privacy.OPEN),
        COMPONENT(Privacy.OPEN),
        NEEDED(Privacy.OPEN),
        JAVA(Privacy.OPEN),
        PORT(Privacy.OPEN),
        HOME(Privacy.PERSONAL),
        UNFINISHED(Privacy.OPEN),
        LIBRARY(Privacy.OPEN),
        SERVICE(Privacy.OPEN),
        TLS_ISSUER(Privacy.OPEN),
        CLOCK(Privacy.OPEN),
        SERVER_CLOCK(Privacy.OPEN),
        READER(Privacy.OPEN),
        /// A token of a library, whose name its holder may have given it.
        TOKEN(Privacy.PERSONAL),
        ATR(Privacy.OPEN),
        CARD_NUMBER(Privacy.CARD_NUMBER),
        DRIVER(Privacy.OPEN),
        TRIES_LEFT(Privacy.OPEN),
        KEY(Privacy.OPEN),
        SUBJECT(Privacy.PERSONAL),
        SERIAL_NUMBER(Privacy.PERSONAL),
        VALIDITY(Privacy.OPEN),
        STATUS(Privacy.OPEN),
        /// What a failing part said, for the person who looks into it.
        REASON(Privacy.OPEN);

        private final Privacy privacy;

        Label(Privacy privacy) {
            this.privacy = privacy;
        }

        /// What becomes of such a value where others than the holder read it.
        public Privacy privacy() {
            return privacy;
        }
    }

    /// Who may read a value.
    public enum Privacy {
        /// Anybody, without the names of person and folders that may have slipped in.
        OPEN,
        /// Its last four characters.
        CARD_NUMBER,
        /// The holder alone.
        PERSONAL
    }
}
