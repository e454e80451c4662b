// SPDX-License-Identifier: Apache-2.0
package perennial.agent.consent;

import java.nio.file.Path;
import java.util.List;
import perennial.agent.AgentException;

/// The switch as a file: `dialect` in the agent's home, which says `on` or `off`; without it, on. A
/// file that says anything else is off.
public final class DialectFile implements DialectSwitch {
    private static final System.Logger LOG = System.getLogger(DialectFile.class.getName());
    private static final String ON = "on";
    private static final String OFF = "off";

    private final TextFile file;

    public DialectFile(Path home) {
        this.file = new TextFile(home.resolve("dialect"));
    }

    @Override
    public synchronized boolean on() {
        try {
            List<String> lines = file.lines();
            return lines.isEmpty() || lines.equals(List.of(ON));
        } catch (AgentException e) {
            LOG.log(System.Logger.Level.WARNING, "the dialect is off", e);
            return false;
        }
    }

    @Override
    public synchronized void turn(boolean on) {
        file.replace(List.of(on ? ON : OFF));
    }
}
