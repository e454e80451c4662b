// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.nio.file.Path;
import java.util.Map;

/// A token library that the holder's computer has.
///
/// @param name for people: `SoftHSM`, `OpenSC`
/// @param library the shared object
/// @param environment what the library's process has in its environment beside what this one has
public record Pkcs11Module(String name, Path library, Map<String, String> environment) {
    public Pkcs11Module {
        environment = Map.copyOf(environment);
    }
}
