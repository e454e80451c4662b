// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.applet;

import org.jspecify.annotations.Nullable;

/// What an applet of ours tells the chip that runs it.
public interface ChipApplet {
    /// The exception that only a mistake in the applet can cause, null when there was none; the
    /// runtime answers 6F00 to it.
    @Nullable RuntimeException defect();
}
