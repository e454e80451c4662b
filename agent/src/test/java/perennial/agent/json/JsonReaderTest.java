// SPDX-License-Identifier: Apache-2.0
package perennial.agent.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.agent.json.Json.MalformedException;

class JsonReaderTest {
    private static Json.Members read(String text) throws MalformedException {
        return JsonReader.object(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void what_is_written_is_read_back() throws MalformedException {
        String text =
                "{\"a\":\"憑證 \\\" \\\\"
                        + " \\u0007\",\"b\":-12,\"c\":[true,false,null,{}],\"d\":{\"e\":[]}}";
        assertEquals(text, read(text).toString());
        assertEquals(read(text), read(read(text).toString()));
    }

    @Test
    void space_and_escapes_are_understood() throws MalformedException {
        assertEquals(
                "/\n\u6191\ud83d\ude00",
                read(" {\t\"a\" :\r\n\"\\/\\n\\u6191\\ud83d\\ude00\" } ").text("a").orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "\"a\"",
                "{",
                "{}{}",
                "{\"a\":1,}",
                "{\"a\":1 \"b\":2}",
                "{\"a\":1,\"a\":2}",
                "{a:1}",
                "{\"a\":01}",
                "{\"a\":1.5}",
                "{\"a\":1e3}",
                "{\"a\":1234567890123456}",
                "{\"a\":+1}",
                "{\"a\":-}",
                "{\"a\":nul}",
                "{\"a\":[1,]}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12g4\"}",
                "{\"a\":\"\n\"}",
                "{\"a\":\"b}",
                "{\"a\":[[[[[[[[[[[]]]]]]]]]]]}"
            })
    void anything_else_is_refused(String text) {
        assertThrows(MalformedException.class, () -> read(text));
    }

    @Test
    void octets_that_are_not_utf_8_are_refused() {
        assertThrows(
                MalformedException.class,
                () -> JsonReader.object(new byte[] {'{', '"', (byte) 0xC3, '"', ':', '1', '}'}));
    }
}
