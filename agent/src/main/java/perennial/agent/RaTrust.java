// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import java.net.URI;
import java.util.List;
import perennial.core.certificate.Certificate;

/// One registration authority that this agent works with.
///
/// @param origin the origin of its pages: scheme, host and, where it is not the scheme's own, port;
///   nothing else, lower case (RFC 6454)
/// @param cmp where it takes CMP messages (RFC 9811)
/// @param trustAnchors whose signatures on its CMP messages and on new certificates count
public record RaTrust(URI origin, URI cmp, List<Certificate> trustAnchors) {
    public RaTrust {
        String text = origin.toString();
        boolean web = "http".equals(origin.getScheme()) || "https".equals(origin.getScheme());
        if (!web || !text.equals(origin.getScheme() + "://" + origin.getRawAuthority())) {
            throw new IllegalArgumentException("expected an origin, got " + origin);
        }
        trustAnchors = List.copyOf(trustAnchors);
    }
}
