// SPDX-License-Identifier: Apache-2.0
package perennial.ca.rest;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import perennial.ca.Role;
import perennial.protocol.http.BytesHandler;

/// One thing that can be asked for.
///
/// @param template of the path, with variables in braces, each a whole segment
/// @param roles any of which may ask
record Route(
        String method,
        String template,
        Set<Role> roles,
        Function<Call, BytesHandler.Answer> answer) {
    /// The variables, when the path fits.
    Optional<Map<String, String>> match(String path) {
        String[] wanted = template.split("/", -1);
        String[] given = path.split("/", -1);
        if (wanted.length != given.length) {
            return Optional.empty();
        }
        Map<String, String> variables = new LinkedHashMap<>();
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith("{")) {
                variables.put(wanted[i].substring(1, wanted[i].length() - 1), given[i]);
            } else if (!wanted[i].equals(given[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(variables);
    }
}
