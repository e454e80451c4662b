// SPDX-License-Identifier: Apache-2.0
package perennial.core.authority;

import java.util.Map;
import java.util.Optional;

/// What a certificate says of its holder beside the name. Whoever fills it in has checked it.
///
/// @param mail the address for the subject alternative name (RFC 5280 4.2.1.6)
/// @param directoryAttributes values of subject directory attributes (RFC 5280 4.2.1.8) by their
///   object identifiers in dotted form, as text; the profile knows what type each has
public record HolderDetails(Optional<String> mail, Map<String, String> directoryAttributes) {
    /// Nothing.
    public static final HolderDetails NONE = new HolderDetails(Optional.empty(), Map.of());

    public HolderDetails {
        directoryAttributes = Map.copyOf(directoryAttributes);
    }
}
