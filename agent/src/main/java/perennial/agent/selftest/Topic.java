// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

/// What is checked, in the order in which it is.
public enum Topic {
    OPERATING_SYSTEM,
    BROWSER,
    WINDOWS,
    LOOPBACK_ACCESS,
    COMPONENT,
    PORT,
    HOME,
    JOURNAL,
    LIBRARIES,
    REGISTRATION_AUTHORITY,
    CLOCK,
    READERS,
    CARD,
    PIN,
    SIGNATURE,
    ENCRYPTION,
    SIGNATURE_VALIDITY,
    ENCRYPTION_VALIDITY,
    SIGNATURE_STATUS,
    ENCRYPTION_STATUS
}
