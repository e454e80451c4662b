// SPDX-License-Identifier: Apache-2.0
package perennial.ca.backup;

/// What a table's copy is compared by.
///
/// @param sha256 over the lines of all rows, in the order of their keys; lower-case hexadecimal
public record TableSum(String table, long rows, String sha256) {}
