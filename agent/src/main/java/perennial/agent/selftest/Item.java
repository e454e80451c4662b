// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.util.List;

/// A line of a list that people read: some of the topics, under a heading.
public sealed interface Item permits SelfTestRow, DesktopItem {
    /// From 1.
    int number();

    /// The key of its heading in [SelfTestTexts].
    String name();

    /// What it tells of; the last one decides when nothing failed.
    List<Topic> topics();
}
