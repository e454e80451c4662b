// SPDX-License-Identifier: Apache-2.0
package perennial.agent.json;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// A JSON value (RFC 8259), as far as the pages need it: numbers are whole. The text form is JSON.
public sealed interface Json {
    Json NULL = new Null();

    record Text(String value) implements Json {
        @Override
        public String toString() {
            return quoted(value);
        }
    }

    record Whole(long value) implements Json {
        @Override
        public String toString() {
            return Long.toString(value);
        }
    }

    record Truth(boolean value) implements Json {
        @Override
        public String toString() {
            return Boolean.toString(value);
        }
    }

    record Null() implements Json {
        @Override
        public String toString() {
            return "null";
        }
    }

    record Array(List<Json> items) implements Json {
        public Array {
            items = List.copyOf(items);
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("[");
            for (int i = 0; i < items.size(); i++) {
                text.append(i == 0 ? "" : ",").append(items.get(i));
            }
            return text.append(']').toString();
        }
    }

    record Members(SequencedMap<String, Json> values) implements Json {
        public Members() {
            this(new LinkedHashMap<>());
        }

        public Members with(String name, Json value) {
            values.put(name, value);
            return this;
        }

        public Members with(String name, String value) {
            return with(name, new Text(value));
        }

        public Members with(String name, long value) {
            return with(name, new Whole(value));
        }

        public Members with(String name, boolean value) {
            return with(name, new Truth(value));
        }

        /// Null when empty.
        public Members with(String name, Optional<? extends Json> value) {
            return with(name, value.isPresent() ? value.get() : NULL);
        }

        /// The text of that name; empty when it is null or not there.
        public Optional<String> text(String name) throws MalformedException {
            return switch (values.getOrDefault(name, NULL)) {
                case Text(String value) -> Optional.of(value);
                case Null _ -> Optional.empty();
                case Whole _, Truth _, Array _, Members _ ->
                        throw new MalformedException(name + " is not a text");
            };
        }

        /// The number of that name, zero when it is not there.
        public long whole(String name) throws MalformedException {
            return switch (values.getOrDefault(name, new Whole(0))) {
                case Whole(long value) -> value;
                case Text _, Null _, Truth _, Array _, Members _ ->
                        throw new MalformedException(name + " is not a number");
            };
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("{");
            for (Map.Entry<String, Json> member : values.entrySet()) {
                text.append(text.length() == 1 ? "" : ",")
                        .append(quoted(member.getKey()))
                        .append(':')
                        .append(member.getValue());
            }
            return text.append('}').toString();
        }
    }

    /// The octets are not the JSON that was expected.
    final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        public MalformedException(String message) {
            super(message);
        }
    }

    private static String quoted(String value) {
        StringBuilder text = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                default -> {
                    // Half a surrogate pair has no UTF-8; as an escape it stays what it was.
                    if (c < ' ' || c == 0x7F || Character.isSurrogate(c) || c == '<') {
                        text.append("\\u%04x".formatted((int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        return text.append('"').toString();
    }
}
