// SPDX-License-Identifier: Apache-2.0
package perennial.cli.demo;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Properties;
import perennial.cli.Failure;
import perennial.core.advice.Problem;

/// What a kept demo must find again: certificates name the portal's address.
///
/// @param portalPort 1 to 65535
public record DemoSettings(int portalPort) {
    private static final String PORT = "portal.port";

    public DemoSettings {
        if (portalPort < 1 || portalPort > 65_535) {
            throw new IllegalArgumentException("a port is 1 to 65535, got " + portalPort);
        }
    }

    /// Where CRL, OCSP and CA certificates are found.
    public URI publicBase() {
        return URI.create("http://localhost:" + portalPort);
    }

    /// @throws Failure CONFIGURATION_INVALID when the folder holds no demo
    public static DemoSettings read(DemoHome home) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(home.settings(), StandardCharsets.UTF_8)) {
            properties.load(reader);
            return new DemoSettings(Integer.parseInt(properties.getProperty(PORT, "")));
        } catch (IOException | IllegalArgumentException e) {
            throw new Failure(
                    Problem.CONFIGURATION_INVALID,
                    "%s: expected %s=1..65535".formatted(home.settings(), PORT),
                    e);
        }
    }

    void write(DemoHome home) {
        Properties properties = new Properties();
        properties.setProperty(PORT, Integer.toString(portalPort));
        try (Writer writer = Files.newBufferedWriter(home.settings(), StandardCharsets.UTF_8)) {
            properties.store(writer, "Perennial demo");
        } catch (IOException e) {
            throw new Failure(Problem.FILE_NOT_USABLE, home.settings() + ": " + e.getMessage(), e);
        }
    }
}
