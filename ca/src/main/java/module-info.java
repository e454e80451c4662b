// SPDX-License-Identifier: Apache-2.0
/// An authority in one process: profiles, issuance, revocation, CRL and OCSP.
module perennial.ca {
    requires transitive java.sql;
    requires transitive perennial.core;
    requires transitive perennial.protocol;
    requires org.bouncycastle.pkix;
    requires org.bouncycastle.provider;
    requires org.bouncycastle.util;
    requires org.snakeyaml.engine;
    requires tools.jackson.databind;
    requires tools.jackson.core;
    requires static org.jspecify;

    exports perennial.ca;
    exports perennial.ca.audit;
    exports perennial.ca.backup;
    exports perennial.ca.health;
}
