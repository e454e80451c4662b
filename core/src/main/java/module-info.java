// SPDX-License-Identifier: Apache-2.0
/// The field's words as values, and the pure rules between them.
module perennial.core {
    requires static org.jspecify;

    exports perennial.core.advice;
    exports perennial.core.authority;
    exports perennial.core.certificate;
    exports perennial.core.crypto;
    exports perennial.core.renewal;
}
