// SPDX-License-Identifier: Apache-2.0
package perennial.ca.audit;

/// How far a node's records go.
///
/// @param sequence of the last record; 0 when there is none
/// @param hash SHA-256 of its line; 32 zeros when there is none
public record AuditHead(String node, AuditPublicKey key, long sequence, byte[] hash) {}
