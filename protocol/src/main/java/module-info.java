// SPDX-License-Identifier: Apache-2.0
/// What crosses a socket: octets outside, core inside.
module perennial.protocol {
    requires transitive perennial.core;
    requires java.net.http;
    requires org.bouncycastle.pkix;
    requires org.bouncycastle.provider;
    requires org.bouncycastle.util;
    requires static org.jspecify;

    exports perennial.protocol.cmp;
    exports perennial.protocol.cms;
    exports perennial.protocol.est;
    exports perennial.protocol.http;
    exports perennial.protocol.unlock;
}
