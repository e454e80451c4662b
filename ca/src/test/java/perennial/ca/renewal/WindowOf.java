// SPDX-License-Identifier: Apache-2.0
package perennial.ca.renewal;

import java.time.Duration;
import java.time.Instant;
import perennial.core.certificate.Validity;

/// Windows for tests in other packages.
public final class WindowOf {
    private WindowOf() {}

    public static SuggestedWindow before(Instant notBefore, Instant notAfter, Duration opens) {
        return SuggestedWindow.before(new Validity(notBefore, notAfter), opens);
    }
}
