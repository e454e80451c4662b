// SPDX-License-Identifier: Apache-2.0
/// One session with a card.
module perennial.card {
    requires transitive perennial.core;
    requires static org.jspecify;

    exports perennial.card;
    exports perennial.card.apdu;
    exports perennial.card.hsm;
    exports perennial.card.pcsc;
    exports perennial.card.driver;
    exports perennial.card.piv;
    exports perennial.card.pkcs11;
}
