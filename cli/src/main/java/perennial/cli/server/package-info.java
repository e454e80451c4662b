// SPDX-License-Identifier: Apache-2.0
/// The authority's own server: plain HTTP for signed answers, TLS with client certificates for
/// everything that depends on who asks (decision 29). Jetty without servlets.
@NullMarked
package perennial.cli.server;

import org.jspecify.annotations.NullMarked;
