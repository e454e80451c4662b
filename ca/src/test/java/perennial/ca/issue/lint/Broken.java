// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.lint;

/// Bytes that break exactly one rule.
///
/// @param lint the rule's name
/// @param how in which way, in words
record Broken(String lint, String how, Specimen.Bytes bytes) {
    @Override
    public String toString() {
        return lint + ": " + how;
    }
}
