// SPDX-License-Identifier: Apache-2.0
package perennial.agent.hipki;

import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/// What a page asks for: one flat JSON object. Pages send everything they know in every call, with
/// booleans as texts and empty texts for what is not meant; so every value is a text here, and what
/// is empty is absent. May hold a PIN, and is wiped when it is closed.
final class TbsPackage implements AutoCloseable {
    private static final String ABSENT = "__NotExistedTag__";

    private final Map<String, char[]> values;

    TbsPackage(Map<String, char[]> values) {
        this.values = Map.copyOf(values);
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name))
                .map(String::new)
                .filter(value -> !value.isEmpty() && !value.equals(ABSENT));
    }

    boolean truth(String name) {
        return text(name).filter("true"::equalsIgnoreCase).isPresent();
    }

    /// A copy, which the caller wipes.
    Optional<char[]> secret(String... names) {
        for (String name : names) {
            char[] value = values.get(name);
            if (value != null && value.length > 0 && !Arrays.equals(value, ABSENT.toCharArray())) {
                return Optional.of(value.clone());
            }
        }
        return Optional.empty();
    }

    /// Base64, in either alphabet and with line ends; a blank was a plus before it was decoded.
    ///
    /// @throws RefusedException BASE64
    Optional<byte[]> octets(String name) {
        return text(name).map(TbsPackage::decoded);
    }

    static byte[] decoded(String base64) {
        String plain =
                base64.strip()
                        .replace("\r", "")
                        .replace("\n", "")
                        .replace(' ', '+')
                        .replace('-', '+')
                        .replace('_', '/');
        try {
            return Base64.getDecoder().decode(plain);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(RetCode.BASE64, "not Base64", e);
        }
    }

    @Override
    public void close() {
        values.values().forEach(value -> Arrays.fill(value, '\0'));
    }

    @Override
    public String toString() {
        return values.keySet().toString();
    }
}
