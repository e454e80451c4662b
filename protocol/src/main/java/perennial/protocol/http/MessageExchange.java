// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.http;

/// One request message out, one answer message in. Safe for use by many threads.
@FunctionalInterface
public interface MessageExchange {
    /// @throws perennial.protocol.cmp.ProtocolException RA_UNREACHABLE when there is no answer, and
    ///   then whether the request arrived is unknown; RA_ANSWER_INVALID when the answer is not one
    byte[] exchange(byte[] request);
}
