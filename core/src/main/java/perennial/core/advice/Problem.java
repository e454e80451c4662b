// SPDX-License-Identifier: Apache-2.0
package perennial.core.advice;

import java.util.Arrays;
import java.util.Optional;

/// Everything that can go wrong for a person, by a code that never changes its meaning. C: card and
/// reader, R: renewal rules, N: network and authority, A: agent, S: server and machine.
public enum Problem {
    NO_READER("C01"),
    NO_CARD("C02"),
    CARD_NOT_SUPPORTED("C03"),
    CARD_REMOVED("C04"),
    PIN_WRONG("C05"),
    PIN_BLOCKED("C06"),
    PIN_FORMAT("C07"),
    PIN_LAST_TRY("C08"),
    CARD_IN_USE("C09"),
    CARD_ANSWER_INVALID("C10"),
    OTHER_CARD("C11"),
    NO_CERTIFICATE("C12"),
    READ_BACK_DIFFERS("C13"),
    CARD_NOT_WRITABLE("C14"),
    CARD_FULL("C15"),
    SECOND_SECRET_NEEDED("C16"),
    SECOND_SECRET_WRONG("C17"),
    PUK_WRONG("C18"),
    PUK_BLOCKED("C19"),
    PIN_TOO_SIMPLE("C20"),
    READER_SERVICE_MISSING("C21"),
    TOKEN_LIBRARY_FAILED("C22"),
    CARD_MUTE("C23"),
    KEY_NOT_REPLACEABLE("C24"),
    WOULD_LOCK_CARD("C25"),
    SIGNATURE_NOT_VALID("C26"),
    NOT_ENCRYPTED_FOR_CARD("C27"),
    TOKEN_LIBRARY_MISSING("C28"),
    TOKEN_LIBRARY_HANGS("C29"),
    READER_DRIVER_MISSING("C30"),
    SEVERAL_CARDS("C31"),
    CARD_NUMBER_MISSING("C32"),
    KEY_WITHOUT_CERTIFICATE("C33"),
    CERTIFICATE_WITHOUT_KEY("C34"),
    KEY_NOT_OF_CERTIFICATE("C35"),
    CERTIFICATE_EXPIRED("C36"),
    CERTIFICATE_NOT_YET_VALID("C37"),
    NO_ENCRYPTION_CERTIFICATE("C38"),

    TOO_EARLY("R01"),
    EXPIRED("R02"),
    RENEWED_TOO_OFTEN("R03"),
    KEY_TOO_OLD("R04"),
    REVOKED("R05"),
    SUSPENDED("R06"),
    FOREIGN_ISSUER("R07"),
    UNKNOWN_CERTIFICATE("R08"),
    SUPERSEDED("R09"),
    KEY_NOT_ALLOWED("R10"),

    RA_UNREACHABLE("N01"),
    RA_ANSWER_INVALID("N02"),
    RA_REFUSED("N03"),
    TICKET_INVALID("N04"),
    RA_NOT_TRUSTED("N05"),
    WAITING_FOR_APPROVAL("N06"),
    REQUEST_INVALID("N07"),
    PAGE_NOT_FOUND("N08"),
    UNLOCK_REFUSED("N09"),
    UNLOCK_ANSWER_INVALID("N10"),
    RA_NAME_UNKNOWN("N11"),
    TLS_INTERCEPTED("N12"),
    PROXY_NEEDED("N13"),
    TLS_DATE_WRONG("N14"),
    NETWORK_LOGIN_NEEDED("N15"),
    STATUS_UNKNOWN("N16"),

    PORT_TAKEN("A01"),
    JOURNAL_NOT_WRITABLE("A02"),
    JOURNAL_DAMAGED("A03"),
    AGENT_MISSING("A04"),
    WINDOW_BLOCKED("A05"),
    RENEWAL_RUNNING("A06"),
    AGENT_LOST("A07"),
    BROWSER_NOT_SUPPORTED("A08"),
    LOOPBACK_DENIED("A09"),
    COMPONENT_OLD("A10"),
    CLOCK_WRONG("A11"),
    DISK_FULL("A12"),
    SYSTEM_NOT_SUPPORTED("A13"),
    HOLDER_REFUSED("A14"),

    CONFIGURATION_INVALID("S01"),
    DATABASE_UNAVAILABLE("S02"),
    AUTHORITY_UNAVAILABLE("S03"),
    LINT_REFUSED("S04"),
    FILE_NOT_USABLE("S05"),
    HSM_UNAVAILABLE("S06"),
    AUTHORITY_KEY_WRONG("S07"),
    SIGNATURE_FAULTY("S08"),
    CLIENT_NOT_AUTHORISED("S20"),
    AUDIT_NOT_WRITABLE("S10"),
    AUDIT_DAMAGED("S11"),
    NOT_EMPTY("S12"),
    BACKUP_INVALID("S13"),
    INTERNAL("S99");

    private final String code;

    Problem(String code) {
        this.code = code;
    }

    /// The stable code, a letter and two digits.
    public String code() {
        return code;
    }

    /// The problem whose code the text begins with, followed by a space: so a refusal keeps its
    /// reason when it crosses a wire as free text (PKIStatusInfo.statusString, RFC 9810 5.2.3).
    public static Optional<Problem> atStartOf(String text) {
        return Arrays.stream(values())
                .filter(problem -> text.startsWith(problem.code + " "))
                .findFirst();
    }
}
