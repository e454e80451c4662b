// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.agent.http.Fields;
import perennial.agent.http.Fields.Field;
import perennial.agent.http.Request;
import perennial.agent.http.Response;
import perennial.agent.json.Json;
import perennial.agent.json.JsonReader;
import perennial.agent.selftest.page.SelfTestService;
import perennial.card.CardSession;

/// What the self-test's service admits, and what it answers.
class SelfTestServiceTest {
    private static final String OWN = "http://localhost:61161";

    @TempDir Path folder;

    private static Request post(String path, String origin, String body, Field... more) {
        List<Field> fields = new ArrayList<>();
        fields.add(new Field("Host", "localhost:61161"));
        fields.add(new Field("Origin", origin));
        fields.addAll(List.of(more));
        return new Request(
                "POST", path, "", new Fields(fields), body.getBytes(StandardCharsets.UTF_8));
    }

    private static Request get(String path) {
        return new Request(
                "GET",
                path,
                "",
                new Fields(List.of(new Field("Host", "localhost:61161"))),
                new byte[0]);
    }

    private static Json.Members json(Optional<Response> answer) throws Exception {
        return JsonReader.object(answer.orElseThrow().body());
    }

    private static Field window(SelfTestService service) throws Exception {
        return new Field(
                "X-Perennial-Window",
                json(service.answer(post("/selfTest/api/open", OWN, "{}")))
                        .text("window")
                        .orElseThrow());
    }

    @Test
    void only_its_own_page_is_answered_and_only_with_its_token() throws Exception {
        try (TestDesk desk = new TestDesk(folder)) {
            SelfTestService service = new SelfTestService(desk.doctor(), TestDesk.RANDOM);
            assertTrue(service.answer(get("/selfTest.htm")).isPresent());
            assertTrue(service.answer(get("/check")).isPresent());
            assertTrue(service.answer(get("/selfTest/api/open")).isEmpty());
            assertTrue(service.answer(get("/selfTest/selftest_en.properties")).isEmpty());
            assertTrue(service.answer(get("/window")).isEmpty());
            for (String other : new String[] {"https://evil.example", "null", ""}) {
                Request foreign = post("/selfTest/api/open", other, "{}");
                assertTrue(service.answer(foreign).isEmpty());
                assertEquals(0, service.longestBody(foreign));
            }
            assertTrue(service.answer(post("/selfTest/api/look", OWN, "{}")).isEmpty());
            Request forged =
                    post(
                            "/selfTest/api/look",
                            OWN,
                            "{}",
                            new Field("X-Perennial-Window", "A".repeat(32)));
            assertTrue(service.answer(forged).isEmpty());
            assertTrue(
                    service.answer(post("/selfTest/api/none", OWN, "{}", window(service)))
                            .isEmpty());
        }
    }

    @Test
    void looking_tells_the_nine_rows_and_the_places_and_uses_no_try() throws Exception {
        try (TestDesk desk = new TestDesk(folder)) {
            SelfTestService service = new SelfTestService(desk.doctor(), TestDesk.RANDOM);
            Field token = window(service);
            String body = "{\"browser\":\"Chromium 156\",\"capable\":\"yes\"}";
            Json.Members found =
                    json(
                            service.answer(
                                    post(
                                            "/selfTest/api/look",
                                            OWN,
                                            body,
                                            token,
                                            new Field("X-Perennial-Language", "zh-TW"))));
            Json.Array items = assertInstanceOf(Json.Array.class, found.values().get("items"));
            assertEquals(9, items.items().size());
            assertTrue(items.toString().contains("簽章驗證測試"));
            assertTrue(
                    String.valueOf(found.values().get("places")).contains(TestDesk.NUMBER.value()));
        }
    }

    @Test
    void a_pin_that_is_not_sealed_to_this_page_never_reaches_the_card() throws Exception {
        try (TestDesk desk = new TestDesk(folder)) {
            SelfTestService service = new SelfTestService(desk.doctor(), TestDesk.RANDOM);
            Request clear =
                    post(
                            "/selfTest/api/run",
                            OWN,
                            "000000",
                            window(service),
                            new Field("X-Perennial-Reader", TestDesk.READER.replace(" ", "%20")),
                            new Field("X-Perennial-Card", TestDesk.NUMBER.value()));
            String answer = json(service.answer(clear)).toString();
            assertTrue(answer.contains("N07"), answer);
            assertFalse(answer.contains("000000"));
            try (CardSession card = desk.door.open(TestDesk.READER)) {
                assertEquals(3, card.triesLeft());
            }
        }
    }
}
