// SPDX-License-Identifier: Apache-2.0
package perennial.agent.loopback;

import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import perennial.agent.AgentException;
import perennial.agent.consent.Consents;
import perennial.agent.consent.DialectSwitch;
import perennial.agent.http.Limits;
import perennial.agent.http.Listener;
import perennial.agent.http.Peers;
import perennial.agent.http.Service;
import perennial.agent.renewal.CardRenewals;
import perennial.agent.tools.CardTools;
import perennial.agent.tools.FileTools;
import perennial.agent.tools.UnlockTools;
import perennial.agent.update.UpdateWatch;

/// The agent's window at `http://localhost:PORT`, and what else the agent answers there.
public final class LoopbackServer implements AutoCloseable {
    private final Listener listener;
    private final WindowService window;
    private final ReaderWatch watch;

    /// @param version what the pages are told
    /// @param origins the origins of the pages that may ask for a renewal
    public record Identity(String version, List<URI> origins) {}

    /// What the card tools' page works with.
    ///
    /// @param trust whose certificates count where a signature is verified
    /// @param folder where files lie while they are worked on; emptied first and last
    /// @param clock for the times in signatures
    public record Tools(
            CardTools cards,
            FileTools files,
            FileTools.Trust trust,
            UnlockTools unlocking,
            Path folder,
            Clock clock) {}

    /// What the settings page shows and changes.
    ///
    /// @param home the agent's own folder
    public record Settings(
            Consents consents, DialectSwitch dialect, UpdateWatch updates, Path home) {}

    /// What the window asks.
    public record Engines(
            CardRenewals renewals, Tools tools, Settings settings, ReaderWatch watch) {}

    private LoopbackServer(Listener listener, WindowService window, ReaderWatch watch) {
        this.listener = listener;
        this.window = window;
        this.watch = watch;
    }

    /// @param port 0 for any that is free on both addresses
    /// @param more asked first, in this order: a dialect has its own idea of the first page
    /// @throws AgentException PORT_TAKEN when another program has it on either address
    public static LoopbackServer start(
            int port, Identity identity, Engines engines, List<Service> more, SecureRandom random) {
        Listener listener = Listener.open(port, Limits.ORDINARY, Peers.thisUser());
        WindowService window = new WindowService(identity, engines, random);
        List<Service> services = new ArrayList<>();
        services.addAll(more);
        services.add(window);
        listener.serve(services);
        return new LoopbackServer(listener, window, engines.watch());
    }

    public int port() {
        return listener.port();
    }

    /// What runs is let come to its end ([WindowService#close]).
    @Override
    public void close() {
        watch.close();
        listener.close();
        window.close();
    }
}
