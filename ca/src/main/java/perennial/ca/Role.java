// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

/// What a client of the REST door may do; by its certificate, in the settings.
public enum Role {
    /// Has certificates issued, renewed, revoked, suspended and resumed.
    REGISTRATION_AUTHORITY,
    /// Revokes, suspends and resumes, declares and withdraws incidents.
    OPERATOR,
    /// Reads.
    AUDITOR
}
