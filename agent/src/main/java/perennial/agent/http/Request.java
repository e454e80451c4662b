// SPDX-License-Identifier: Apache-2.0
package perennial.agent.http;

/// A request that was admitted by its connection and read whole (RFC 9112).
///
/// @param method as sent, `GET` or `POST`
/// @param path from the first slash to the question mark, percent-encoding untouched
/// @param query behind the question mark, percent-encoding untouched; empty without one
/// @param body the array is the door's, which wipes it when the answer has been sent: what is to
///   stay has to be copied
public record Request(String method, String path, String query, Fields fields, byte[] body) {
    /// Shows neither fields nor body: both may hold secrets.
    @Override
    public String toString() {
        return method + " " + path;
    }
}
