// SPDX-License-Identifier: Apache-2.0
package perennial.core.renewal;

/// Which of the two the policy allows.
public enum RenewalKind {
    /// New certificate, same key, 展期 (RFC 3647 outline 4.6).
    RENEWAL,
    /// New certificate, new key, 更換金鑰 (RFC 3647 outline 4.7).
    RE_KEY
}
