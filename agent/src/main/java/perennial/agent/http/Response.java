// SPDX-License-Identifier: Apache-2.0
package perennial.agent.http;

import java.util.ArrayList;
import java.util.List;

/// An answer. What every answer carries (lengths, the security fields) is the door's to add.
///
/// @param fields those that this answer has beside them
/// @param body the array is taken over
public record Response(int status, Fields fields, byte[] body) {
    /// What everybody gets who is not to learn anything: 403, empty, the same for all.
    public static Response refusal() {
        return new Response(403, Fields.NONE, new byte[0]);
    }

    /// @param type the media type
    public static Response of(String type, byte[] body) {
        return new Response(200, new Fields(List.of(new Fields.Field("Content-Type", type))), body);
    }

    /// The same with one more field.
    public Response with(String name, String value) {
        List<Fields.Field> more = new ArrayList<>(fields.all());
        more.add(new Fields.Field(name, value));
        return new Response(status, new Fields(more), body);
    }
}
