// SPDX-License-Identifier: Apache-2.0
package perennial.cli.demo;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;
import java.util.Properties;
import perennial.cli.Failure;
import perennial.core.advice.Problem;
import perennial.core.renewal.RenewalKind;

/// What a kept demo must find again: certificates name the portal's address.
///
/// @param portalPort 1 to 65535
/// @param policy whether the demo's authority renews with the same key or asks for a new one
/// @param address where browsers find the portal, when a reverse proxy stands before it
public record DemoSettings(int portalPort, RenewalKind policy, Optional<URI> address) {
    private static final String PORT = "portal.port";
    private static final String POLICY = "policy";
    private static final String ADDRESS = "public.address";

    public DemoSettings {
        if (portalPort < 1 || portalPort > 65_535) {
            throw new IllegalArgumentException("a port is 1 to 65535, got " + portalPort);
        }
        address.ifPresent(given -> {
            if (!given.toString().matches("https?://[a-z0-9.-]+(:\\d{1,5})?")) {
                throw new IllegalArgumentException(
                        "expected scheme, host and port, lower case, got " + given);
            }
        });
    }

    /// The origin of the portal's pages.
    public URI portal() {
        return address.orElseGet(this::publicBase);
    }

    /// Where CRL, OCSP and CA certificates are found.
    public URI publicBase() {
        return URI.create("http://localhost:" + portalPort);
    }

    /// `renewal` or `re-key`.
    ///
    /// @throws IllegalArgumentException for anything else
    static RenewalKind policy(String name) {
        for (RenewalKind kind : RenewalKind.values()) {
            if (nameOf(kind).equals(name)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("expected renewal or re-key, got " + name);
    }

    private static String nameOf(RenewalKind kind) {
        return switch (kind) {
            case RENEWAL -> "renewal";
            case RE_KEY -> "re-key";
        };
    }

    /// @throws Failure CONFIGURATION_INVALID when the folder holds no demo
    public static DemoSettings read(DemoHome home) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(home.settings(), StandardCharsets.UTF_8)) {
            properties.load(reader);
            return new DemoSettings(
                    Integer.parseInt(properties.getProperty(PORT, "")),
                    policy(properties.getProperty(POLICY, nameOf(RenewalKind.RENEWAL))),
                    Optional.ofNullable(properties.getProperty(ADDRESS)).map(URI::create));
        } catch (IOException | IllegalArgumentException e) {
            throw new Failure(
                    Problem.CONFIGURATION_INVALID,
                    "%s: expected %s=1..65535, %s=renewal or re-key"
                            .formatted(home.settings(), PORT, POLICY),
                    e);
        }
    }

    void write(DemoHome home) {
        Properties properties = new Properties();
        properties.setProperty(PORT, Integer.toString(portalPort));
        properties.setProperty(POLICY, nameOf(policy));
        address.ifPresent(given -> properties.setProperty(ADDRESS, given.toString()));
        try (Writer writer = Files.newBufferedWriter(home.settings(), StandardCharsets.UTF_8)) {
            properties.store(writer, "Perennial demo");
        } catch (IOException e) {
            throw new Failure(Problem.FILE_NOT_USABLE, home.settings() + ": " + e.getMessage(), e);
        }
    }
}
