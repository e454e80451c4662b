// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.util.Optional;
import perennial.core.certificate.Certificate;

/// A new root and how it is linked with the one before (RFC 9810 4.4).
///
/// @param newWithNew the new root, self-signed
/// @param newWithOld the new root's key certified by the old one
/// @param oldWithNew the old root's key certified by the new one
public record RootUpdate(
        Certificate newWithNew,
        Optional<Certificate> newWithOld,
        Optional<Certificate> oldWithNew) {}
