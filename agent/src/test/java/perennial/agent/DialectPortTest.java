// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.agent.AgentSettings.DialectDoor;
import perennial.agent.consent.ConsentFiles;
import perennial.agent.consent.Origin;

/// The dialect at the port of the sister component, beside the agent's own.
class DialectPortTest {
    private static final String SITE = "https://old.example.test";
    private static final Map<String, String> ASKING = Map.of("Origin", SITE);

    private @TempDir Path home;
    private Desk desk;

    @BeforeEach
    void sitDown() {
        desk = new Desk(home);
        new ConsentFiles(home, List.of(), Desk.CLOCK).allow(new Origin(SITE));
    }

    private Agent start(int also) {
        AgentSettings ordinary = desk.settings();
        return Agent.start(
                new AgentSettings(
                        0,
                        ordinary.home(),
                        ordinary.registrationAuthorities(),
                        "",
                        Optional.of(new DialectDoor(also, "/cht_api")),
                        Optional.empty()),
                desk.cards(),
                desk.ways(),
                Desk.RANDOM);
    }

    private static int asked(int port, String path, Map<String, String> headers) {
        return new RawHttp(port).send("GET", path, headers, "").status();
    }

    @Test
    void both_ports_tell_of_the_cards_each_at_its_own_path() {
        try (Agent agent = start(0)) {
            int first = agent.port().orElseThrow();
            int second = agent.dialectPort().orElseThrow();
            RawHttp.Answer one = new RawHttp(first).send("GET", "/pkcs11info", ASKING, "");
            RawHttp.Answer other =
                    new RawHttp(second).send("GET", "/cht_api/pkcs11info", ASKING, "");
            assertEquals(200, one.status());
            assertEquals(one.body(), other.body());
            assertTrue(one.body().contains("\"slots\""), one.body());
            assertEquals(403, asked(first, "/cht_api/pkcs11info", ASKING));
            assertEquals(403, asked(second, "/pkcs11info", ASKING));
            assertEquals(200, asked(second, "/popupForm", Map.of()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/window", "/tools", "/settings", "/selfTest.htm", "/check"})
    void the_agents_own_pages_are_not_at_the_second(String page) {
        try (Agent agent = start(0)) {
            assertEquals(200, asked(agent.port().orElseThrow(), page, Map.of()));
            assertEquals(403, asked(agent.dialectPort().orElseThrow(), page, Map.of()));
        }
    }

    @Test
    void a_second_port_that_another_program_has_leaves_the_first() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Agent agent = start(other.getLocalPort())) {
            assertEquals(OptionalInt.empty(), agent.dialectPort());
            assertEquals(200, asked(agent.port().orElseThrow(), "/window", Map.of()));
        }
    }

    @Test
    void a_closed_agent_has_freed_both() throws IOException {
        Agent agent = start(0);
        int second = agent.dialectPort().orElseThrow();
        agent.close();
        try (Agent again = start(second)) {
            assertEquals(OptionalInt.of(second), again.dialectPort());
        }
    }

    @Test
    void port_and_prefix_are_written_in_one() {
        assertEquals(new DialectDoor(16888, "/cht_api"), DialectDoor.parse("16888/cht_api"));
        assertEquals(new DialectDoor(16888, ""), DialectDoor.parse("16888"));
        for (String wrong :
                new String[] {"", "/cht_api", "99999", "16888/", "16888 /x", "1/../x"}) {
            assertThrows(IllegalArgumentException.class, () -> DialectDoor.parse(wrong), wrong);
        }
    }
}
