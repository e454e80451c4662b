// SPDX-License-Identifier: Apache-2.0
package perennial.agent.consent;

/// Whether the dialect of older pages is answered at all: the holder's to say, on the settings
/// page. Safe for use by many threads; holds for the next question, also after a restart.
public interface DialectSwitch {
    boolean on();

    /// @throws perennial.agent.AgentException JOURNAL_NOT_WRITABLE when the home folder cannot be
    ///   written; nothing changes then
    void turn(boolean on);
}
