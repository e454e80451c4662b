// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.io.Serial;

/// The library answered a call with something else than CKR_OK.
public final class CryptokiException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    private final String function;
    private final transient ReturnCode code;

    /// @param function as the standard names it, `C_Sign`
    public CryptokiException(String function, ReturnCode code) {
        super("%s was answered with %s".formatted(function, code));
        this.function = function;
        this.code = code;
    }

    /// As the standard names it.
    public String function() {
        return function;
    }

    public ReturnCode code() {
        return code;
    }
}
