// SPDX-License-Identifier: Apache-2.0
package perennial.cli.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.ca.LocalCa;
import perennial.ca.RestAccess;
import perennial.ca.Role;

/// The commands of `docs/rest.md`, over TLS.
class RestWithCurlTest {
    @TempDir private Path folder;

    @Test
    void the_commands_of_the_documentation_issue_suspend_resume_and_list() throws IOException {
        try (RunningAuthority authority =
                new RunningAuthority(
                        folder,
                        Clock.systemUTC(),
                        List.of("ra", "stranger"),
                        running ->
                                Map.of(
                                        "/api",
                                        new Mount(
                                                LocalCa.restHandler(
                                                        List.of(running.ca),
                                                        new RestAccess(
                                                                Map.of(
                                                                        running.pki
                                                                                .certificate("ra")
                                                                                .fingerprint(),
                                                                        Set.of(
                                                                                Role
                                                                                        .REGISTRATION_AUTHORITY))),
                                                        Clock.systemUTC()),
                                                64 * 1024)))) {
            String api = authority.address() + "/api/v1/authorities/issuing";
            List<String> scripts = RunningAuthority.scripts("rest.md");
            assertEquals(1, scripts.size());
            String output = authority.bash("API=" + api, scripts.getFirst());
            assertTrue(output.contains("{\"status\":\"suspended\",\"since\":"), output);
            assertTrue(output.contains("{\"status\":\"good\"}{\"certificates\":["), output);

            String status = "curl -s --cacert ca.pem -o /dev/null -w %%{http_code} %s %s";
            assertEquals(
                    "403",
                    authority
                            .pki
                            .run(
                                    status.formatted(
                                            "--cert stranger.pem --key stranger.key", api + "/crl"))
                            .text());
            assertEquals("403", authority.pki.run(status.formatted("-s", api + "/crl")).text());
            assertEquals(
                    "200",
                    authority
                            .pki
                            .run(
                                    status.formatted(
                                            "-s", authority.address() + "/api/v1/openapi.json"))
                            .text());
        }
    }
}
