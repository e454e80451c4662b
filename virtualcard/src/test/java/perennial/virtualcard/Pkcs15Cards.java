// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

/// PKCS #15 cards for tests, and the commands that all of these begin with.
final class Pkcs15Cards {
    static final String SELECT = "00A404000CF276A288BCFBA69D34F31001";

    /// The right PIN, a wrong one.
    static final String PIN = "313233343536";

    static final String WRONG = "303030303030";
    static final String VERIFY = "0020000106" + PIN;

    private Pkcs15Cards() {}

    static Pkcs15Card made() {
        return Pkcs15Card.create(Cards.personalisation(), Cards.RANDOM);
    }
}
