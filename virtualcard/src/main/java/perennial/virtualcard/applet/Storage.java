// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.applet;

/// The chip's non-volatile memory cells.
public interface Storage {
    /// Replaces the whole content in one step: after a power cut at any time, either the old or the
    /// new content is there.
    ///
    /// @return whether the new content is there to stay
    boolean store(byte[] content);
}
