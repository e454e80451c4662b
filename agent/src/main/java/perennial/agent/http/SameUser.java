// SPDX-License-Identifier: Apache-2.0
package perennial.agent.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import perennial.agent.sockets.SocketOwner;
import perennial.agent.sockets.SocketOwners;

/// Programs of one user: the peer's end of the connection must be held by one. In what state the
/// connection is does not matter; a program that has sent everything may close its half and wait.
///
/// @param user whose programs are admitted
record SameUser(long user, SocketOwners owners) implements Peers {
    private static final System.Logger LOG = System.getLogger(SameUser.class.getName());
    private static final Path STATUS = Path.of("/proc/self/status");

    static SameUser ofThisProcess(SocketOwners owners) {
        try {
            return new SameUser(effectiveUser(Files.readAllLines(STATUS)), owners);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// `Uid:` real, effective, saved, file system (proc_pid_status(5)).
    static long effectiveUser(List<String> status) {
        return status.stream()
                .filter(line -> line.startsWith("Uid:"))
                .map(line -> Long.parseLong(line.split("\\s+")[2]))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("every status has a Uid line"));
    }

    @Override
    public boolean admits(InetSocketAddress peer, InetSocketAddress own) {
        try {
            return owners.owner(peer, own).filter(this::isOurs).isPresent();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the kernel does not tell who a peer is", e);
            return false;
        }
    }

    private boolean isOurs(SocketOwner owner) {
        return owner.isHeldBy(user);
    }
}
