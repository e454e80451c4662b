// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import java.nio.file.Path;
import java.util.Optional;
import perennial.core.crypto.KeyKind;

/// Where an authority keeps what is not in the database.
///
/// @param settings what it issues
/// @param folder for its services' keys and its published CRLs; of this authority alone
/// @param passphrase encrypts the services' keys; must stay open as long as the authority
/// @param serviceKind of the services' keys
/// @param blockedKeys a folder of lists of keys that are never certified
public record AuthorityHome(
        AuthoritySettings settings,
        Path folder,
        Passphrase passphrase,
        KeyKind serviceKind,
        Optional<Path> blockedKeys) {}
