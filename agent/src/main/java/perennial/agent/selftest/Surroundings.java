// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.net.ProxySelector;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import perennial.agent.RaTrust;
import perennial.agent.tools.CardDoor;
import perennial.card.CardReaders;
import perennial.card.pkcs11.Pkcs11Module;

/// Everything that the checks look at and that may be at fault.
///
/// @param properties the system's ([System#getProperties])
/// @param authorities whom the agent renews with
public record Surroundings(
        Properties properties,
        Component component,
        Cards cards,
        Disk disk,
        Network network,
        List<RaTrust> authorities,
        Clock clock,
        SecureRandom random) {
    public Surroundings {
        Properties copy = new Properties();
        copy.putAll(properties);
        properties = copy;
        authorities = List.copyOf(authorities);
    }

    /// The component itself.
    ///
    /// @param port where it is, or should be
    /// @param running whether it is this process
    public record Component(String version, int port, boolean running) {}

    /// The way to the cards.
    ///
    /// @param door opens the card of a reader, in turn with whoever else works with it
    /// @param modules token libraries
    /// @param patience how long one call of a library may take
    /// @param usbDevices where the system lists the interfaces of its USB devices, each a folder
    ///   with `bInterfaceClass`; empty where it does not
    public record Cards(
            CardReaders readers,
            CardDoor door,
            List<Pkcs11Module> modules,
            Duration patience,
            Optional<Path> usbDevices) {
        /// Linux (sysfs-bus-usb).
        private static final Path SYSFS = Path.of("/sys/bus/usb/devices");

        private static final Duration PATIENCE = Duration.ofSeconds(15);

        public Cards {
            modules = List.copyOf(modules);
        }

        /// Those of this computer.
        public static Cards ofThisComputer(
                CardReaders readers, CardDoor door, List<Pkcs11Module> modules) {
            return new Cards(readers, door, modules, PATIENCE, Optional.of(SYSFS));
        }
    }

    /// Where the agent keeps its work.
    ///
    /// @param home its folder, there or not
    /// @param needed octets that have to be free
    public record Disk(Path home, long needed) {
        private static final long NEEDED = 4L * 1024 * 1024;

        public static Disk of(Path home) {
            return new Disk(home, NEEDED);
        }
    }

    /// The way to the registration authorities.
    ///
    /// @param trust which TLS servers are believed
    /// @param patience for a connection and its answer
    public record Network(
            X509ExtendedTrustManager trust, ProxySelector proxies, Duration patience) {
        private static final Duration PATIENCE = Duration.ofSeconds(8);

        /// As the JDK goes: its own trust anchors, the system's proxies.
        public static Network ofThisComputer() {
            return trusting(null, ProxySelector.getDefault());
        }

        /// @param anchors null for the JDK's own
        static Network trusting(@Nullable KeyStore anchors, ProxySelector proxies) {
            try {
                TrustManagerFactory factory =
                        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                factory.init(anchors);
                X509ExtendedTrustManager trust =
                        Arrays.stream(factory.getTrustManagers())
                                .filter(X509ExtendedTrustManager.class::isInstance)
                                .map(X509ExtendedTrustManager.class::cast)
                                .findFirst()
                                .orElseThrow();
                return new Network(trust, proxies, PATIENCE);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every JDK trusts by PKIX", e);
            }
        }
    }
}
