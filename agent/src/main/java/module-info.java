// SPDX-License-Identifier: Apache-2.0
/// The component on the holder's computer: loopback window, journal, the renewal itself.
module perennial.agent {
    requires transitive perennial.card;
    requires transitive perennial.protocol;
    requires java.net.http;
    requires static org.jspecify;

    exports perennial.agent;
    exports perennial.agent.renewal;
    exports perennial.agent.selftest;
    exports perennial.agent.tools;
    exports perennial.agent.update;
}
