// SPDX-License-Identifier: Apache-2.0
package perennial.ca.audit;

import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import perennial.core.certificate.SerialNumber;

/// What an event says, in the order in which it is said.
final class AuditFields {
    private final SequencedMap<String, String> map = new LinkedHashMap<>();

    AuditFields() {}

    AuditFields(String authority) {
        with("authority", authority);
    }

    AuditFields with(String name, String value) {
        map.put(name, value);
        return this;
    }

    AuditFields with(String name, SerialNumber value) {
        return with(name, value.toString());
    }

    AuditFields with(String name, byte[] digest) {
        return with(name, HexFormat.of().formatHex(digest));
    }

    SequencedMap<String, String> map() {
        return Collections.unmodifiableSequencedMap(map);
    }
}
